#include "gateway/storage/heat_scan.h"

#include "gateway/base/base_errc.h"
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
    : FleetScan(query.cars, std::move(stop)), m_query(query), m_cells(query) {}

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
