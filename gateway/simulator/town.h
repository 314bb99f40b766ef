#pragma once

#include "gateway/simulator/geo.h"
#include "gateway/simulator/osm_extract.h"

#include <cstdint>

namespace carport::sim {

/// What a made-up town looks like.
struct TownPlan {
  static constexpr double kMinRadiusMetres = 1200;
  static constexpr double kMaxRadiusMetres = 6000;
  /// Rises whenever the same plan gives another town, so that what was kept of it is made anew.
  static constexpr int kVersion = 1;

  /// The Brenne: land, roads that nobody would mistake for these, and no large place nearby.
  GeoPoint centre{46.70, 1.35};
  double radiusMetres = 3000;
  std::uint64_t seed = 1;
};

/// Makes a town as OpenStreetMap would have it: a market square and an old town of one-way streets, an inner and an
/// outer ring, avenues with lights and roundabouts, side streets, a river with bridges, a tunnel, yards in an
/// industrial quarter, parks, buildings, and names for all of it. The same plan always gives the same town. The radius
/// is brought within the limits above. Takes a fraction of a second.
OsmExtract makeTown(const TownPlan& plan);

}  // namespace carport::sim
