#pragma once

#include "gateway/base/result.h"
#include "gateway/simulator/geo.h"
#include "gateway/simulator/road_rules.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace carport::sim {

/// What an extract says about the roads of cars, before it becomes a graph. A value.
struct RoadSource {
  struct Point {
    std::int64_t id = 0;
    GeoPoint place;
    PointRule rule = PointRule::none;
  };
  struct Road {
    std::vector<std::uint32_t> points;  ///< places in `points`
    RoadRules rules;
  };

  /// Roads of a large city and its surroundings; what has more is refused.
  static constexpr std::size_t kMaxPoints = 2'000'000;

  std::vector<Point> points;  ///< in ascending order of id; every road's points are here
  std::vector<Road> roads;

  /// Reads an extract (.osm.pbf). Points that the file does not contain cut their road in two. Blocks: a city's extract
  /// takes a second. Fails with a sentence for what is no extract, is damaged, cut off, too large, or has no road.
  static Result<RoadSource> read(const std::filesystem::path& file);
};

}  // namespace carport::sim
