#include "gateway/storage/fleet_scan.h"

#include "gateway/base/base_errc.h"
#include "gateway/storage/car_index.h"
#include "gateway/storage/rollup.h"

#include <algorithm>

namespace carport {

std::optional<std::uint32_t> FleetScan::indexOf(PrincipalNumber car) {
  auto from = m_cars.begin() + static_cast<std::ptrdiff_t>(m_lastFound);
  if (from == m_cars.end() || car < *from) from = m_cars.begin();
  const auto found = std::lower_bound(from, m_cars.end(), car);
  if (found == m_cars.end() || *found != car) return std::nullopt;
  m_lastFound = static_cast<std::size_t>(found - m_cars.begin());
  return static_cast<std::uint32_t>(m_lastFound);
}

bool FleetScan::isWanted(const SegmentInfo& segment, const Window& window) const {
  auto car = std::lower_bound(m_cars.begin(), m_cars.end(), PrincipalNumber{segment.cars.first});
  for (; car != m_cars.end() && car->value < segment.cars.end(); ++car) {
    if (isNews(static_cast<std::size_t>(car - m_cars.begin()), segment.to, window)) return true;
  }
  return false;
}

std::uint64_t FleetScan::rowsIn(DayFile& file, const Window& window) const {
  std::uint64_t rows = 0;
  for (const BlockInfo& block : file.blocks().between(window.from, window.to)) rows += block.rowCount;
  if (!file.hasSegments()) return rows;
  const auto add = [&](const std::vector<SegmentInfo>& segments) {
    for (const SegmentInfo& segment : segments) rows += isWanted(segment, window) ? segment.rowCount : 0;
  };
  add(file.segments().rolled(window.from, window.to));
  add(file.segments().open(window.from, window.to));
  return rows;
}

Result<FleetScan::WantedSpans> FleetScan::wantedSpans(std::span<const std::byte> index, TimePoint blockFrom,
                                                      const Window& window) {
  const auto spans = decodeCarIndex(index, blockFrom);
  if (!spans) return failFrom(spans);
  WantedSpans wanted;
  for (const CarSpan& span : *spans) {
    if (span.to < window.from || span.from >= window.to) continue;
    const auto car = indexOf(span.car);
    if (car && isNews(*car, span.to, window)) wanted.push_back({span, *car});
  }
  return wanted;
}

Result<void> FleetScan::addBlock(DayFile& file, const BlockInfo& block, const Window& window) {
  if (m_stop.isRaised()) return fail(BaseErrc::cancelled);
  Result<WantedSpans> spans;
  file.blocks().withCars(block.number, [&](auto index) { spans = wantedSpans(index, block.from, window); });
  if (!spans) return failFrom(spans);
  Result<void> done;
  if (spans->empty()) return done;
  file.blocks().withData(block.number, [&](auto data) { done = addSamples(data, *spans, window); });
  return done;
}

Result<void> FleetScan::addSegment(DayFile& file, const SegmentInfo& segment, const Window& window, bool fromMinutes) {
  if (m_stop.isRaised()) return fail(BaseErrc::cancelled);
  if (!isWanted(segment, window)) return {};
  Result<WantedSpans> spans;
  file.segments().withCars(segment.number, [&](auto index) { spans = wantedSpans(index, segment.from, window); });
  if (!spans) return failFrom(spans);
  Result<void> done;
  const TimePoint hour = floorTo(segment.from, kHour);
  const auto takeMinutes = [&](std::span<const std::byte> data) {
    if (!data.empty()) done = addMinutes(data, hour, *spans, window);
  };
  if (fromMinutes && !spans->empty()) file.segments().withMinutes(segment.number, takeMinutes);
  if (!done || spans->empty()) return done;
  bool isThinned = false;
  file.segments().withData(segment.number, [&](std::span<const std::byte> data) {
    isThinned = data.empty();
    if (!isThinned) done = addSamples(data, *spans, window);
  });
  if (isThinned && !fromMinutes) file.segments().withMinutes(segment.number, takeMinutes);
  return done;
}

Result<void> FleetScan::addAll(DayFile& file, const Window& window, bool fromMinutes) {
  if (file.hasSegments()) {
    for (const SegmentInfo& segment : file.segments().rolled(window.from, window.to)) {
      if (auto done = addSegment(file, segment, window, fromMinutes); !done) return done;
    }
    for (const SegmentInfo& segment : file.segments().open(window.from, window.to)) {
      if (auto done = addSegment(file, segment, window, false); !done) return done;
    }
  }
  for (const BlockInfo& block : file.blocks().between(window.from, window.to)) {
    if (auto done = addBlock(file, block, window); !done) return done;
  }
  return {};
}

}  // namespace carport
