#pragma once

#include "gateway/api/history.h"
#include "gateway/base/stop_flag.h"
#include "gateway/storage/day_file.h"
#include "gateway/storage/history_grid.h"
#include "gateway/storage/rollup_codec.h"

#include <cstddef>
#include <span>
#include <vector>

namespace carport {

/// One metric of many cars over some time, put together from hour and minute roll-ups where they lie inside the range,
/// and from samples where there are none. Owner: TelemetryReader::fleetHistory.
class FleetHistoryScan {
 public:
  /// Longer ranges come in whole hours.
  static constexpr Milliseconds kMaxMinuteRange{48 * 3'600'000};

  /// Once `stop` is raised adding ends with BaseErrc::cancelled.
  FleetHistoryScan(const api::FleetHistoryQuery& query, StopFlag stop);

  /// Adds a day's values. Throws as Database.
  Result<void> add(DayFile& file);
  api::FleetHistory finish() const;

 private:
  static HistoryGrid gridOf(const api::FleetHistoryQuery& query);
  bool isWanted(PrincipalNumber car) const;
  void add(const Rollup& rollup) { m_buckets[m_grid.indexOf(rollup.first)].add(rollup); }
  Result<void> addHours(DayFile& file, TimePoint from, TimePoint to);
  Result<void> addRolled(DayFile& file, TimePoint from, TimePoint to);
  Result<void> addRolledSegment(DayFile& file, const SegmentInfo& segment, TimePoint from, TimePoint to);
  /// The cars of a block that are wanted and have samples in [from, to).
  Result<std::vector<CarSpan>> wantedSpans(std::span<const std::byte> index, TimePoint blockFrom, TimePoint from,
                                           TimePoint to) const;
  /// Takes in the minutes of the cars, and takes those cars out of `spans`, unless the range cuts one of their minutes.
  Result<void> addMinutes(const MinuteRollups& minutes, std::vector<CarSpan>& spans, TimePoint from, TimePoint to);
  Result<void> addSamples(std::span<const std::byte> data, std::span<const CarSpan> spans, TimePoint from,
                          TimePoint to);
  /// What no roll-up has.
  Result<void> addOthers(DayFile& file);

  const api::FleetHistoryQuery& m_query;
  const HistoryGrid m_grid;
  std::vector<RollupBuilder> m_buckets;
  const StopFlag m_stop;
};

}  // namespace carport
