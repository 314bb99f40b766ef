#include "gateway/storage/heat_cells.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace carport {

namespace {

/// Width of the Web Mercator square in the numbers of a Place.
constexpr double kHeatWorld = 4294967296.0;
constexpr double kHeatEquatorMetres = 40'075'016.686;
constexpr double kHeatEdge = 85.05112877980659;
/// A way that crosses more cells than this is counted in so many equal steps.
constexpr double kMaxHeatSteps = 256;

std::uint32_t toHeatPlace(double part) {
  return static_cast<std::uint32_t>(std::clamp(part * kHeatWorld, 0.0, kHeatWorld - 1));
}

/// At which part of a way that begins at `from` and is `by` cells long it comes to the next border of cells after `at`.
double crossing(double from, double by, double at) {
  if (by == 0) return 1;
  const double place = from + by * at;
  const double border = by > 0 ? std::floor(place) + 1 : std::ceil(place) - 1;
  return (border - from) / by;
}

}  // namespace

HeatCells::HeatCells(const api::FleetHeatQuery& query)
    : m_query(query),
      m_scale(std::ldexp(1.0, query.grid.level - 32)),
      m_begin(static_cast<std::uint32_t>(api::kHeatHold.count())),
      m_end(timeOf(query.to)),
      m_last(query.cars.size()),
      m_ms(query.grid.size()),
      m_wasThere(query.cars.size()) {}

std::uint32_t HeatCells::timeOf(TimePoint time) const {
  // The longest time of a query fits.
  return static_cast<std::uint32_t>((time - m_query.from + api::kHeatHold).count());
}

HeatCells::Place HeatCells::placeOf(std::uint32_t car, std::uint32_t time, double latitude, double longitude) {
  const double angle = std::clamp(latitude, -kHeatEdge, kHeatEdge) * std::numbers::pi / 180.0;
  const double y = 0.5 - std::asinh(std::tan(angle)) / (2 * std::numbers::pi);
  return {car, time, toHeatPlace((longitude + 180.0) / 360.0), toHeatPlace(y)};
}

bool HeatCells::add(const Place& place) {
  if (m_places.size() >= kMaxPlaces) return false;
  m_places.push_back(place);
  return true;
}

void HeatCells::settle() {
  // By car, which are few, in one pass; within a car they are in order but for what came late.
  std::vector<std::uint32_t> begins(m_last.size() + 1);
  for (const Place& place : m_places) ++begins[place.car + 1];
  for (std::size_t car = 1; car < begins.size(); ++car) begins[car] += begins[car - 1];
  std::vector<Place> ordered(m_places.size());
  std::vector<std::uint32_t> next = begins;
  for (const Place& place : m_places) ordered[next[place.car]++] = place;
  const auto isEarlier = [](const Place& a, const Place& b) { return a.time < b.time; };
  for (std::size_t car = 0; car < m_last.size(); ++car) {
    const auto first = ordered.begin() + begins[car], end = ordered.begin() + begins[car + 1];
    if (first == end) continue;
    if (!std::is_sorted(first, end, isEarlier)) std::stable_sort(first, end, isEarlier);
    if (m_last[car].isKnown) count(m_last[car].place, &*first);
    for (auto place = first; place + 1 != end; ++place) count(*place, &*(place + 1));
    m_last[car] = {*(end - 1), true};
  }
  m_places.clear();
}

api::FleetHeat HeatCells::finish() {
  settle();
  for (const Last& last : m_last) {
    if (last.isKnown) count(last.place, nullptr);
  }
  api::FleetHeat heat;
  heat.from = m_query.from;
  heat.to = m_query.to;
  heat.grid = m_query.grid;
  heat.seconds.reserve(m_ms.size());
  for (const double ms : m_ms) {
    heat.seconds.push_back(static_cast<float>(ms / 1000));
    heat.total += ms / 1000;
  }
  heat.cars = static_cast<std::uint32_t>(std::count(m_wasThere.begin(), m_wasThere.end(), true));
  return heat;
}

void HeatCells::count(const Place& from, const Place* to) {
  const auto hold = static_cast<std::uint32_t>(api::kHeatHold.count());
  Place end = from;
  if (to == nullptr || to->time - from.time > hold) {
    end.time = from.time + hold;
  } else if (isNear(from, *to)) {
    end = *to;
  } else {
    end.time = to->time;
  }
  if (end.time > from.time) spread(from, end);
}

bool HeatCells::isNear(const Place& from, const Place& to) const {
  const double far = std::hypot(static_cast<std::int32_t>(to.x - from.x), static_cast<std::int32_t>(to.y - from.y));
  const double most = kMaxMetresPerSecond * (to.time - from.time) / 1000;
  const double metres = far / kHeatWorld * kHeatEquatorMetres;
  // Away from the equator the square's metres are shorter; that costs more to tell and rarely matters.
  return metres <= most || metres / std::cosh(std::numbers::pi * (1 - 2 * (from.y / kHeatWorld))) <= most;
}

void HeatCells::spread(const Place& from, const Place& to) {
  const std::uint32_t begin = std::max(from.time, m_begin), end = std::min(to.time, m_end);
  if (begin >= end) return;
  // In cells; the way is from x, y by dx, dy, of which the part from `at` to `last` counts.
  const double x = from.x * m_scale, y = from.y * m_scale;
  const double dx = static_cast<std::int32_t>(to.x - from.x) * m_scale, dy = to.y * m_scale - y;
  const double whole = to.time - from.time, last = (end - from.time) / whole;
  const bool isLong = std::abs(dx) + std::abs(dy) > kMaxHeatSteps;
  const double leastStep = isLong ? 1 / kMaxHeatSteps : 1e-9;
  double at = (begin - from.time) / whole;
  while (at < last) {
    // To where it leaves the cell; a hair beyond, so that it is in the next one.
    const double next = std::min({last, crossing(x, dx, at), crossing(y, dy, at)});
    const double step = std::max(next - at, leastStep);
    const double middle = std::min(at + step / 2, last);
    put(x + dx * middle, y + dy * middle, (std::min(at + step, last) - at) * whole, from.car);
    at += step;
  }
}

void HeatCells::put(double x, double y, double ms, std::uint32_t car) {
  const auto& grid = m_query.grid;
  const auto around = (std::int64_t{1} << grid.level) - 1;
  const auto column = (static_cast<std::int64_t>(std::floor(x)) - grid.column) & around;
  const auto row = static_cast<std::int64_t>(std::floor(y)) - grid.row;
  if (column >= grid.columns || row < 0 || row >= grid.rows) return;
  m_ms[static_cast<std::size_t>(row) * grid.columns + static_cast<std::size_t>(column)] += ms;
  m_wasThere[car] = true;
}

}  // namespace carport
