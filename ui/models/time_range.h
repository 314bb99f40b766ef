#pragma once

#include "gateway/base/clock.h"

namespace carport::ui {

/// A range of time, [from, to).
struct TimeRange {
  TimePoint from{};
  TimePoint to{};

  Milliseconds length() const { return to - from; }
  bool isEmpty() const { return to <= from; }
  bool contains(const TimeRange& other) const { return from <= other.from && other.to <= to; }
  bool contains(TimePoint time) const { return from <= time && time < to; }
  bool operator==(const TimeRange&) const = default;
};

}  // namespace carport::ui
