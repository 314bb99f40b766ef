#pragma once

#include "gateway/api/car_state.h"
#include "gateway/api/history.h"
#include "ui/models/history_window.h"

#include <optional>
#include <span>
#include <vector>

namespace carport::ui {

/// What a car did in a piece of a day. A value.
struct DaySpan {
  api::Activity activity = api::Activity::unknown;  ///< driving, idling, parked or silent
  TimeRange range;

  bool operator==(const DaySpan&) const = default;
};

/// How much of a day was what. A value.
struct DayTotals {
  Milliseconds driving{0};
  Milliseconds idling{0};
  Milliseconds parked{0};
  Milliseconds silent{0};
  int drives = 0;
};

/// What a car did over time, told from its speed by the rules that the gateway tells activities by: driving from
/// api::kDrivingKmh on, idling for api::kIdlingFor after it drove, then parked, silent where nothing came for longer
/// than api::kSilentAfter. Pure; any thread.
class DayTimeline {
 public:
  /// `speed` in ascending time; of buckets as wide as `bucket` (0: single samples). Nothing is told before the first
  /// point, and nothing after `now`.
  static DayTimeline of(std::span<const api::HistoryPoint> speed, Milliseconds bucket, TimePoint now);

  /// In ascending time, without gaps between the first point and `now`; neighbours differ.
  const std::vector<DaySpan>& spans() const { return m_spans; }
  /// Those within a range, cut to it.
  std::vector<DaySpan> within(const TimeRange& range) const;
  const DaySpan* at(TimePoint moment) const;

  static DayTotals totalsOf(std::span<const DaySpan> spans);

  /// Since when the car has stood (idling and parked together), driven, or been silent, whichever it does at the end;
  /// none where that began before what is known. `known` is then where the knowledge begins.
  struct Since {
    std::optional<TimePoint> exactly;
    TimePoint known{};
  };
  std::optional<Since> since() const;

 private:
  void add(api::Activity activity, TimePoint from, TimePoint to);

  std::vector<DaySpan> m_spans;
};

}  // namespace carport::ui
