#pragma once

#include "gateway/simulator/geo.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace carport::sim {

/// What a generated town looks like.
struct TownOptions {
  /// Basel: far from any sea, so that every car is on land, and where three countries meet, so that borders show on a
  /// map.
  GeoPoint centre{47.5596, 7.5886};
  double radiusMetres = 7500;
  double blockMetres = 320;  ///< mean distance of two parallel streets
  std::uint64_t seed = 1;
};

/// The streets of a made-up town: a slightly turned and bent grid with missing pieces, arterial roads every fifth
/// street, and every street reachable from every other. Immutable once made; any thread may read it.
class StreetMap {
 public:
  /// One direction of a street; the other direction is a street of its own.
  struct Street {
    std::uint32_t from = 0;  ///< junction
    std::uint32_t to = 0;    ///< junction
    double lengthMetres = 0;
    double bearing = 0;   ///< degrees
    double limitKmh = 0;  ///< speed limit
  };

  static constexpr double kMaxRadiusMetres = 50'000;
  static constexpr double kMinBlockMetres = 200;

  /// The same options always make the same town. Radius and block are brought within the limits above.
  static StreetMap generate(const TownOptions& options);

  GeoPoint centre() const { return m_centre; }
  std::size_t junctionCount() const { return m_junctions.size(); }
  GeoPoint junction(std::uint32_t number) const { return m_junctions[number]; }
  std::span<const Street> streets() const { return m_streets; }
  const Street& street(std::uint32_t number) const { return m_streets[number]; }
  /// Numbers of the streets that begin at a junction; never empty.
  std::span<const std::uint32_t> streetsFrom(std::uint32_t junction) const;

  /// Distance from `place` to the nearest point of any street, in metres. Looks at every street: for tests.
  double metresToNearestStreet(GeoPoint place) const;

 private:
  friend class StreetMapBuilder;

  GeoPoint m_centre;
  std::vector<GeoPoint> m_junctions;
  std::vector<Street> m_streets;
  std::vector<std::uint32_t> m_outgoing;       // street numbers, grouped by junction
  std::vector<std::uint32_t> m_firstOutgoing;  // where each junction's group begins; one more entry than junctions
};

}  // namespace carport::sim
