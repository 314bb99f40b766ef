#pragma once

#include "ui/models/time_range.h"

#include <QDate>
#include <QString>

namespace carport::ui {

/// With how many days before a period is compared: the same hours of the clock then. A plain value.
struct PlotComparison {
  static constexpr int kMaxDays = 3'660;

  int days = 0;  ///< 0: with none

  bool isOn() const { return days > 0; }
  /// By how much a moment at `time` lies after the one that it is compared with: whole days of the local calendar, an
  /// hour more or less where the clocks were changed in between.
  Milliseconds offsetAt(TimePoint time) const;
  /// The period that this one is compared with.
  TimeRange earlier(const TimeRange& shown) const;
  /// "the day before", "a week before", otherwise the day: "3 Nov".
  QString words(const TimeRange& shown) const;

  /// Of a period with the one that begins on `day`; off where that is not before it.
  static PlotComparison with(QDate day, const TimeRange& shown);

  bool operator==(const PlotComparison&) const = default;
};

}  // namespace carport::ui
