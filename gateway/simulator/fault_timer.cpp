#include "gateway/simulator/fault_timer.h"

#include <algorithm>
#include <cmath>

namespace carport::sim {

namespace {
constexpr double kLongestPauseSeconds = 100.0 * 366 * 86'400;  // no run lasts that long, and no clock overflows
}

void FaultTimer::plan() {
  if (m_perHour <= 0) return;
  const double pause = -std::log(1 - m_random.unit()) * 3600 / m_perHour;  // exponential: no memory
  const double length = m_seconds * m_random.between(0.5, 1.5);
  const auto ms = [](double seconds) { return Milliseconds(static_cast<std::int64_t>(std::ceil(seconds * 1000))); };
  m_begin = m_end + ms(std::clamp(pause, 0.001, kLongestPauseSeconds));
  m_end = m_begin + ms(std::max(0.001, length));
}

}  // namespace carport::sim
