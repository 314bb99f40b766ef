#pragma once

#include "ui/models/car_columns.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <cstddef>
#include <vector>

namespace carport::ui {

/// A way of looking at the cars that the operator gave a name: which ones, in which order, with which columns. A value.
struct CarView {
  static constexpr qsizetype kMaxName = 60;

  QString name;
  QString query;
  CarColumnSpec sortColumn;
  bool descending = false;
  CarColumns columns;
  QList<int> widths;  ///< of the columns, in device-independent pixels at 100 %

  bool operator==(const CarView&) const = default;
};

/// The saved views, in the order in which people see them, and what the table showed last. A value.
struct CarViews {
  static constexpr std::size_t kMaxViews = 50;
  /// Longest text that is read.
  static constexpr qsizetype kMaxBytes = 256 * 1024;

  std::vector<CarView> views;
  CarView last;  ///< what was shown when the window was closed; its name is that of the view it began as

  const CarView* find(const QString& name) const;
  /// In the place of one with the same name, or at the end. False where there are too many.
  bool put(const CarView& view);
  void remove(const QString& name);

  /// As preferences keep it: JSON.
  QByteArray toText() const;
  /// What cannot be read is left out: a damaged file must not keep the window from opening.
  static CarViews fromText(const QByteArray& text);

  bool operator==(const CarViews&) const = default;
};

/// What the table shows before anything was chosen.
CarView usualCarView();

}  // namespace carport::ui
