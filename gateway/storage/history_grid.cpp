#include "gateway/storage/history_grid.h"

#include <algorithm>

namespace carport {

HistoryGrid::HistoryGrid(TimePoint from, TimePoint to, std::size_t maxBuckets, Milliseconds least) : m_start(from) {
  const auto spanFrom = [&](TimePoint start) {
    return static_cast<std::uint64_t>(toMs(to)) - static_cast<std::uint64_t>(toMs(start));
  };
  const std::uint64_t most = std::max<std::size_t>(maxBuckets, 1);
  m_widthMs = std::max(spanFrom(from) / most + 1, static_cast<std::uint64_t>(least.count()));
  for (const Milliseconds unit : {kMinute, kHour}) {
    if (m_widthMs >= static_cast<std::uint64_t>(unit.count())) m_unit = unit;
  }
  if (m_unit > Milliseconds(1)) {
    const auto unit = static_cast<std::uint64_t>(m_unit.count());
    m_start = floorTo(from, m_unit);
    m_widthMs = (m_widthMs + unit - 1) / unit * unit;
    // A start before `from` may need one bucket more.
    while (spanFrom(m_start) / m_widthMs >= most) m_widthMs += unit;
  }
  m_size = static_cast<std::size_t>(spanFrom(m_start) / m_widthMs) + 1;
}

}  // namespace carport
