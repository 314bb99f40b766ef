#include "gateway/storage/rollup_table.h"

namespace carport {

void RollupTable::insert(const NewHourRollup& rollup) {
  m_database.query("INSERT INTO hour_rollup(metric, hour, data) VALUES (?, ?, ?)")
      .bind(std::string_view(rollup.metric), rollup.hour, std::as_bytes(std::span(rollup.data)))
      .run();
}

void RollupTable::forEach(std::string_view metric, TimePoint from, TimePoint to,
                          const std::function<void(TimePoint, std::span<const std::byte>)>& use) {
  auto rows = m_database.query(
      "SELECT hour, data FROM hour_rollup WHERE metric = ? AND hour >= ? AND hour < ? ORDER BY hour, number");
  rows.bind(metric, from, to);
  while (rows.next()) use(rows.time(0), rows.blob(1));
}

}  // namespace carport
