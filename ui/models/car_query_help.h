#pragma once

#include "ui/models/car_query.h"

#include <QString>
#include <QStringList>

namespace carport::ui {

/// What can be written where the cursor stands in a query, so that a field can offer it. Pure.
struct CarQueryHelp {
  /// Most that is offered at once.
  static constexpr qsizetype kMaxOffers = 12;

  qsizetype from = 0;  ///< the part that an offer takes the place of
  qsizetype length = 0;
  QStringList offers;  ///< whole parts: "state:driving", "speed>"

  static CarQueryHelp at(const QString& text, qsizetype cursor, const CarWords& words);
  /// The text with an offer in the place of the part, and where the cursor stands then.
  QString taken(const QString& text, const QString& offer, qsizetype* cursor) const;
};

}  // namespace carport::ui
