#include "gateway/simulator/street_map.h"

#include "gateway/simulator/random.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace carport::sim {

namespace {
constexpr int kArterialEvery = 5;
constexpr double kArterialKmh = 60;
constexpr double kOuterArterialKmh = 70;
constexpr double kStreetKmh = 50;
constexpr double kSideStreetKmh = 30;
constexpr double kMissingStreets = 0.14;

/// East and north of the town's centre, in metres.
struct Plane {
  double east = 0;
  double north = 0;
};

GeoPoint toGeo(GeoPoint centre, Plane at) {
  return moved(moved(centre, 0, at.north), 90, at.east);
}

double metresToSegment(Plane place, Plane a, Plane b) {
  const double dx = b.east - a.east;
  const double dy = b.north - a.north;
  const double lengthSquared = dx * dx + dy * dy;
  const double along =
      lengthSquared <= 0
          ? 0
          : std::clamp(((place.east - a.east) * dx + (place.north - a.north) * dy) / lengthSquared, 0.0, 1.0);
  return std::hypot(place.east - a.east - along * dx, place.north - a.north - along * dy);
}
}  // namespace

/// Lays out a town step by step; lives only while StreetMap::generate() runs.
class StreetMapBuilder {
 public:
  explicit StreetMapBuilder(const TownOptions& options)
      : m_radius(std::clamp(options.radiusMetres, 500.0, StreetMap::kMaxRadiusMetres)),
        m_block(std::clamp(options.blockMetres, StreetMap::kMinBlockMetres, m_radius / 2)),
        m_half(static_cast<int>(m_radius / m_block)),
        m_random(options.seed) {
    m_map.m_centre = options.centre;
    const auto side = static_cast<std::size_t>(2 * m_half + 1);
    m_places.resize(side * side);
    m_inside.assign(side * side, false);
    m_links.resize(side * side);
  }

  StreetMap build() {
    placeJunctions();
    for (int row = -m_half; row <= m_half; ++row) {
      for (int column = -m_half; column <= m_half; ++column) linkJunction(row, column);
    }
    keepConnected();
    indexStreets();
    return std::move(m_map);
  }

 private:
  struct Link {
    std::size_t to;
    double limitKmh;
  };

  std::size_t cell(int row, int column) const {
    return static_cast<std::size_t>((row + m_half) * (2 * m_half + 1) + column + m_half);
  }

  void placeJunctions() {
    const double turn = m_random.between(0.1, 0.4);  // radians: towns are seldom laid out exactly north
    for (int row = -m_half; row <= m_half; ++row) {
      for (int column = -m_half; column <= m_half; ++column) {
        const double x = m_block * (column + m_random.between(-0.17, 0.17));
        const double y = m_block * (row + m_random.between(-0.17, 0.17));
        const double bentX = x + 0.35 * m_block * std::sin(y / (5.5 * m_block));
        const double bentY = y + 0.45 * m_block * std::sin(x / (7.0 * m_block) + 1);
        const Plane place{bentX * std::cos(turn) - bentY * std::sin(turn),
                          bentX * std::sin(turn) + bentY * std::cos(turn)};
        m_places[cell(row, column)] = place;
        m_inside[cell(row, column)] = std::hypot(place.east, place.north) <= m_radius;
      }
    }
  }

  void linkJunction(int row, int column) {
    if (!m_inside[cell(row, column)]) return;
    if (column < m_half) link(cell(row, column), cell(row, column + 1), row % kArterialEvery == 0);
    if (row < m_half) link(cell(row, column), cell(row + 1, column), column % kArterialEvery == 0);
  }

  void link(std::size_t a, std::size_t b, bool arterial) {
    if (!m_inside[b] || (!arterial && m_random.chance(kMissingStreets))) return;
    const bool outer = std::hypot(m_places[a].east, m_places[a].north) > m_radius / 2;
    const double sideLimit = m_random.chance(0.6) ? kSideStreetKmh : kStreetKmh;
    const double limit = arterial ? (outer ? kOuterArterialKmh : kArterialKmh) : sideLimit;
    m_links[a].push_back({b, limit});
    m_links[b].push_back({a, limit});
  }

  /// Everything that can be reached from the middle, which lies on two arterial roads.
  void keepConnected() {
    std::vector<std::uint32_t> numbers(m_places.size(), std::numeric_limits<std::uint32_t>::max());
    std::vector<std::size_t> reached{cell(0, 0)};
    numbers[cell(0, 0)] = 0;
    for (std::size_t next = 0; next < reached.size(); ++next) {
      for (const Link& link : m_links[reached[next]]) {
        if (numbers[link.to] != std::numeric_limits<std::uint32_t>::max()) continue;
        numbers[link.to] = static_cast<std::uint32_t>(reached.size());
        reached.push_back(link.to);
      }
    }
    for (const std::size_t place : reached) m_map.m_junctions.push_back(toGeo(m_map.m_centre, m_places[place]));
    for (const std::size_t place : reached) {
      for (const Link& link : m_links[place]) {
        const GeoPoint from = m_map.m_junctions[numbers[place]];
        const GeoPoint to = m_map.m_junctions[numbers[link.to]];
        m_map.m_streets.push_back(
            {numbers[place], numbers[link.to], distanceMetres(from, to), bearingDegrees(from, to), link.limitKmh});
      }
    }
  }

  /// Streets were added junction by junction, so that each junction's streets lie together.
  void indexStreets() {
    m_map.m_firstOutgoing.assign(m_map.m_junctions.size() + 1, 0);
    for (const StreetMap::Street& street : m_map.m_streets) ++m_map.m_firstOutgoing[street.from + 1];
    for (std::size_t i = 1; i < m_map.m_firstOutgoing.size(); ++i) {
      m_map.m_firstOutgoing[i] += m_map.m_firstOutgoing[i - 1];
    }
    m_map.m_outgoing.resize(m_map.m_streets.size());
    for (std::uint32_t i = 0; i < m_map.m_outgoing.size(); ++i) m_map.m_outgoing[i] = i;
  }

  const double m_radius;
  const double m_block;
  const int m_half;
  Random m_random;
  StreetMap m_map;
  std::vector<Plane> m_places;
  std::vector<bool> m_inside;
  std::vector<std::vector<Link>> m_links;
};

StreetMap StreetMap::generate(const TownOptions& options) {
  return StreetMapBuilder(options).build();
}

std::span<const std::uint32_t> StreetMap::streetsFrom(std::uint32_t junction) const {
  const std::uint32_t first = m_firstOutgoing[junction];
  return std::span(m_outgoing).subspan(first, m_firstOutgoing[junction + 1] - first);
}

double StreetMap::metresToNearestStreet(GeoPoint place) const {
  const double metresPerDegree = 6'371'008.8 * std::numbers::pi / 180;
  const double shrink = std::cos(place.latitude * std::numbers::pi / 180);
  const auto onPlane = [&](GeoPoint point) {
    return Plane{(point.longitude - place.longitude) * metresPerDegree * shrink,
                 (point.latitude - place.latitude) * metresPerDegree};
  };
  double nearest = std::numeric_limits<double>::max();
  for (const Street& street : m_streets) {
    nearest =
        std::min(nearest, metresToSegment({}, onPlane(m_junctions[street.from]), onPlane(m_junctions[street.to])));
  }
  return nearest;
}

}  // namespace carport::sim
