#pragma once

#include "gateway/api/history.h"
#include "gateway/base/stop_flag.h"
#include "gateway/storage/day_file.h"
#include "gateway/storage/history_series.h"
#include "gateway/storage/rollup_codec.h"

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace carport {

/// Reads one car's metrics from day files into series: from minute roll-ups where that is allowed and they lie inside
/// the range, otherwise from the samples. Owner: TelemetryReader::history.
class HistoryScan {
 public:
  /// The series are those of the query's metrics; `useRollups` where a minute lies in one bucket of theirs.
  /// Once `stop` is raised adding ends with BaseErrc::cancelled.
  HistoryScan(const api::HistoryQuery& query, std::vector<HistorySeriesBuilder>& series, bool useRollups, StopFlag stop)
      : m_query(query), m_series(series), m_useRollups(useRollups), m_stop(std::move(stop)) {}

  /// Adds a day's values. Throws as Database.
  Result<void> add(DayFile& file);

  /// Index of a metric in the query, and one of its roll-ups.
  using MetricRollups = std::vector<std::pair<std::size_t, Rollup>>;
  /// The car's hours of which retention has left the roll-up alone. Hours that the range cuts are left out. Throws as
  /// Database.
  static Result<MetricRollups> hoursAlone(DayFile& file, const api::HistoryQuery& query);

 private:
  Result<void> addEntry(DayFile& file, const BlockEntry& entry);
  /// Values in [from, to).
  Result<void> addSamples(DayFile& file, const BlockEntry& entry, TimePoint from, TimePoint to);
  /// The entry's minute roll-ups; none where it has none of the car.
  Result<std::optional<MinuteRollups>> openMinutes(DayFile& file, const BlockEntry& entry);
  Result<void> addMinutes(DayFile& file, const BlockEntry& entry, const MinuteRollups& minutes);

  const api::HistoryQuery& m_query;
  std::vector<HistorySeriesBuilder>& m_series;
  const bool m_useRollups;
  const StopFlag m_stop;
};

}  // namespace carport
