#include "gateway/storage/rollup_table.h"

#include "gateway/storage/rollup.h"

namespace carport {

void RollupTable::insert(const NewHourRollup& rollup) {
  m_database.query("INSERT INTO hour_rollup(metric, hour, data) VALUES (?, ?, ?)")
      .bind(std::string_view(rollup.metric), rollup.hour, std::as_bytes(std::span(rollup.data)))
      .run();
}

void RollupTable::remove(std::int64_t number) {
  m_database.query("DELETE FROM hour_rollup WHERE number = ?").bind(number).run();
}

std::vector<TimePoint> RollupTable::hours(std::string_view metric, TimePoint from, TimePoint to) {
  std::vector<TimePoint> hours;
  auto rows = m_database.query(
      "SELECT DISTINCT hour FROM hour_rollup WHERE metric = ? AND hour >= ? AND hour < ? ORDER BY hour");
  rows.bind(metric, from, to);
  while (rows.next()) hours.push_back(rows.time(0));
  return hours;
}

std::optional<TimeExtent> RollupTable::extent() {
  // Two statements: each of them is one step down an index.
  auto first = m_database.query("SELECT min(hour) FROM hour_rollup");
  auto last = m_database.query("SELECT max(hour) FROM hour_rollup");
  if (!first.next() || first.isNull(0) || !last.next()) return std::nullopt;
  return TimeExtent{first.time(0), last.time(0) + kHour - Milliseconds(1)};
}

void RollupTable::forEach(std::string_view metric, TimePoint from, TimePoint to,
                          const std::function<void(TimePoint, std::span<const std::byte>)>& use) {
  auto rows = m_database.query(
      "SELECT hour, data FROM hour_rollup WHERE metric = ? AND hour >= ? AND hour < ? ORDER BY hour, number");
  rows.bind(metric, from, to);
  while (rows.next()) use(rows.time(0), rows.blob(1));
}

}  // namespace carport
