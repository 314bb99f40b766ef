#include "gateway/simulator/recorded_car.h"

#include <algorithm>

namespace carport::sim {

std::optional<Microseconds> RecordedCar::nextDue() const {
  if (m_next >= m_recording->rows.size()) return std::nullopt;
  if (m_speedup <= 0) return Microseconds(0);
  const auto recordedMs = std::max<std::int64_t>(0, m_recording->rows[m_next].ts - m_recording->rows.front().ts);
  return Microseconds(static_cast<std::int64_t>(static_cast<double>(recordedMs) * 1000 / m_speedup));
}

CarMessage RecordedCar::takeTelemetry(TimePoint, Microseconds) {
  const Recording::Row& row = m_recording->rows[m_next++];
  return {"telemetry", row.json, row.ts};
}

}  // namespace carport::sim
