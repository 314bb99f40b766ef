#include "gateway/storage/heat_scan.h"

#include "gateway/base/base_errc.h"
#include "gateway/storage/car_index.h"
#include "gateway/storage/storage_errc.h"

#include <algorithm>
#include <cmath>

namespace carport {

namespace {

Error tooMuchHeat() {
  return {BaseErrc::invalidArgument,
          "These cars sent more in this time than one answer can count; ask for a shorter time, or for fewer cars"};
}

}  // namespace

FleetHeatScan::FleetHeatScan(const api::FleetHeatQuery& query, StopFlag stop)
    : m_query(query), m_stop(std::move(stop)), m_cells(query) {}

std::optional<std::uint32_t> FleetHeatScan::indexOf(PrincipalNumber car) {
  const auto& cars = m_query.cars;
  auto from = cars.begin() + static_cast<std::ptrdiff_t>(m_lastFound);
  if (from == cars.end() || car < *from) from = cars.begin();
  const auto found = std::lower_bound(from, cars.end(), car);
  if (found == cars.end() || *found != car) return std::nullopt;
  m_lastFound = static_cast<std::size_t>(found - cars.begin());
  return static_cast<std::uint32_t>(m_lastFound);
}

bool FleetHeatScan::isWanted(const SegmentInfo& segment) const {
  const auto car = std::lower_bound(m_query.cars.begin(), m_query.cars.end(), PrincipalNumber{segment.cars.first});
  return car != m_query.cars.end() && car->value < segment.cars.end();
}

std::uint64_t FleetHeatScan::rowsOf(DayFile& file) const {
  const auto [from, to] = whole();
  std::uint64_t rows = 0;
  for (const BlockInfo& block : file.blocks().between(from, to)) rows += block.rowCount;
  if (!file.hasSegments()) return rows;
  for (const auto& segments : {file.segments().rolled(from, to), file.segments().open(from, to)}) {
    for (const SegmentInfo& segment : segments) rows += isWanted(segment) ? segment.rowCount : 0;
  }
  return rows;
}

std::vector<FleetHeatScan::Window> FleetHeatScan::windowsFor(std::uint64_t rows) {
  m_taken.assign(m_query.cars.size(), 0);
  const Window all = whole();
  if (rows <= kMaxRows) return {all};
  // So far apart that an hour's places have room, with as many again that come late.
  const auto cars = static_cast<std::int64_t>(m_query.cars.size());
  m_step = std::max(kLeastStep, kHour * 2 * cars / static_cast<std::int64_t>(HeatCells::kMaxPlaces));
  std::vector<Window> windows;
  for (TimePoint from = all.from; from < all.to;) {
    const TimePoint to = std::min(floorTo(from, kHour) + kHour, all.to);
    windows.push_back({from, to});
    from = to;
  }
  return windows;
}

Result<FleetHeatScan::WantedSpans> FleetHeatScan::wantedSpans(std::span<const std::byte> index, TimePoint blockFrom,
                                                              const Window& window) {
  const auto spans = decodeCarIndex(index, blockFrom);
  if (!spans) return failFrom(spans);
  WantedSpans wanted;
  for (const CarSpan& span : *spans) {
    if (span.to < window.from || span.from >= window.to) continue;
    if (const auto car = indexOf(span.car)) wanted.push_back({span, *car});
  }
  return wanted;
}

Result<void> FleetHeatScan::addBlock(DayFile& file, const BlockInfo& block, const Window& window) {
  if (m_stop.isRaised()) return fail(BaseErrc::cancelled);
  Result<WantedSpans> spans;
  file.blocks().withCars(block.number, [&](auto index) { spans = wantedSpans(index, block.from, window); });
  if (!spans) return failFrom(spans);
  Result<void> done;
  if (spans->empty()) return done;
  file.blocks().withData(block.number, [&](auto data) { done = addSamples(data, *spans, window); });
  return done;
}

Result<void> FleetHeatScan::addSegment(DayFile& file, const SegmentInfo& segment, const Window& window,
                                       bool fromMinutes) {
  if (m_stop.isRaised()) return fail(BaseErrc::cancelled);
  if (!isWanted(segment)) return {};
  Result<WantedSpans> spans;
  file.segments().withCars(segment.number, [&](auto index) { spans = wantedSpans(index, segment.from, window); });
  if (!spans) return failFrom(spans);
  Result<void> done;
  const auto takeMinutes = [&](std::span<const std::byte> data) {
    if (!data.empty()) done = addMinutes(data, floorTo(segment.from, kHour), *spans, window);
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

Result<void> FleetHeatScan::addMinutes(std::span<const std::byte> data, TimePoint hour, WantedSpans& spans,
                                       const Window& window) {
  const auto minutes = MinuteRollups::open(data, hour);
  if (!minutes) return failFrom(minutes);
  if (auto noted = noteRead(minutes->minutes().size()); !noted) return noted;
  const auto north = minutes->metric(api::metric::kLatitude), east = minutes->metric(api::metric::kLongitude);
  if (!north) return failFrom(north);
  if (!east) return failFrom(east);
  const bool hasPlaces = !north->empty() && !east->empty();
  Result<void> done;
  std::erase_if(spans, [&](const WantedSpan& one) {
    const auto [first, end] = minutes->rangeOf(one.span.car);
    for (std::size_t i = first; done && hasPlaces && i < end; ++i) {
      const Rollup &latitude = (*north)[i], &longitude = (*east)[i];
      const bool isThere = latitude.count > 0 && longitude.count > 0;
      if (!isThere || latitude.end < window.from || latitude.end >= window.to) continue;
      done = put(one.car, latitude.end, latitude.last, longitude.last);
    }
    return first != end;
  });
  return done;
}

Result<void> FleetHeatScan::addSamples(std::span<const std::byte> data, const WantedSpans& spans,
                                       const Window& window) {
  if (data.empty()) return {};
  const auto decoder = BlockDecoder::open(data);
  if (!decoder) return failFrom(decoder);
  const RowRange all{0, decoder->rowCount()};
  if (auto noted = noteRead(all.count); !noted) return noted;
  const auto times = decoder->times(all);
  const auto latitude = decoder->metric(api::metric::kLatitude, all);
  const auto longitude = decoder->metric(api::metric::kLongitude, all);
  if (!times) return failFrom(times);
  if (!latitude) return failFrom(latitude);
  if (!longitude) return failFrom(longitude);
  if (!*latitude || !*longitude) return {};
  for (const auto& [span, car] : spans) {
    const std::size_t end = std::size_t{span.rows.first} + span.rows.count;
    if (end > times->size()) return fail(StorageErrc::corrupted);
    for (std::size_t row = span.rows.first; row < end; ++row) {
      const TimePoint time = (*times)[row];
      if (time < window.from || time >= window.to) continue;
      if (!(*latitude)->has(row) || !(*longitude)->has(row)) continue;
      if (auto done = put(car, time, (*latitude)->values[row], (*longitude)->values[row]); !done) return done;
    }
  }
  return {};
}

Result<void> FleetHeatScan::put(std::uint32_t car, TimePoint time, double latitude, double longitude) {
  if (!(std::abs(latitude) <= 90) || !(std::abs(longitude) <= 180)) return {};
  const std::uint32_t at = m_cells.timeOf(time);
  std::uint32_t& taken = m_taken[car];
  const bool isTooNear = taken > 0 && at >= taken && at - taken < m_step.count();
  if (isTooNear) return {};
  taken = std::max({taken, at, std::uint32_t{1}});
  if (!m_cells.add(HeatCells::placeOf(car, at, latitude, longitude))) return tl::unexpected(tooMuchHeat());
  return {};
}

Result<void> FleetHeatScan::noteRead(std::uint64_t rows) {
  m_read += rows;
  if (m_read > kMaxRead) return tl::unexpected(tooMuchHeat());
  return {};
}

Result<void> FleetHeatScan::add(DayFile& file, const Window& window) {
  const bool fromMinutes = m_step.count() > 0;
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

void FleetHeatScan::endWindow() {
  m_cells.settle();
  std::fill(m_taken.begin(), m_taken.end(), 0U);
}

api::FleetHeat FleetHeatScan::finish() {
  api::FleetHeat heat = m_cells.finish();
  if (m_step.count() > 0) heat.resolution = kMinute;
  return heat;
}

}  // namespace carport
