#include "gateway/storage/compaction_rollups.h"

namespace carport {

SegmentRollups::SegmentRollups(std::span<const CarSpan> cars, std::span<const std::int64_t> times, TimePoint hour)
    : m_times(times), m_hour(hour), m_cars(cars.begin(), cars.end()), m_minutes(divide(cars), hour) {}

std::vector<CarMinute> SegmentRollups::divide(std::span<const CarSpan> cars) {
  std::vector<CarMinute> minutes;
  for (const CarSpan& span : cars) {
    if (span.rows.count < kMinMinuteRows) continue;
    const std::uint32_t end = span.rows.first + span.rows.count;
    for (std::uint32_t row = span.rows.first; row < end;) {
      const TimePoint minute = floorTo(fromMs(m_times[row]), kMinute);
      const std::uint32_t first = row;
      while (row < end && fromMs(m_times[row]) < minute + kMinute) ++row;
      minutes.push_back({span.car, fromMs(m_times[first]), fromMs(m_times[row - 1]), row - first});
      m_minuteRows.push_back({first, row});
    }
  }
  return minutes;
}

void SegmentRollups::add(std::string_view metric, std::span<const double> values, std::span<const std::uint8_t> present,
                         std::vector<CarRollup>& hours) {
  const auto rollUp = [&](std::uint32_t first, std::uint32_t end) {
    RollupBuilder builder;
    for (std::uint32_t row = first; row < end; ++row) {
      if (present.empty() || present[row] != 0) builder.add(fromMs(m_times[row]), values[row]);
    }
    return builder.get();
  };
  for (const CarSpan& span : m_cars) {
    const Rollup rollup = rollUp(span.rows.first, span.rows.first + span.rows.count);
    if (rollup.count > 0) hours.push_back({span.car, rollup});
  }
  if (m_minuteRows.empty()) return;
  std::vector<Rollup> rollups;
  rollups.reserve(m_minuteRows.size());
  for (const Rows& rows : m_minuteRows) rollups.push_back(rollUp(rows.first, rows.end));
  m_minutes.add(metric, rollups);
}

}  // namespace carport
