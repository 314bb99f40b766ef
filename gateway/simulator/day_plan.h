#pragma once

#include "gateway/simulator/car_telemetry.h"
#include "gateway/simulator/random.h"
#include "gateway/simulator/road_graph.h"

#include <cstdint>
#include <vector>

namespace carport::sim {

/// A place where a car has something to do.
struct PlannedStop {
  RoadPosition place;
  double seconds = 0;  ///< of standing there
};

/// A working day: when the car leaves its depot, and where it stops, a break in the middle, before it comes back.
struct DayPlan {
  static constexpr std::size_t kMaxStops = 60;

  double leaveSecond = 0;  ///< from the beginning of the car's day
  std::vector<PlannedStop> stops;
};

/// Plans the days of a fleet in a town. The same graph, car and day always give the same plan. Immutable; any thread.
/// The graph must outlive it.
class DayPlanner {
 public:
  static constexpr std::size_t kMaxDepots = 40;
  static constexpr std::size_t kCarsPerDepot = 40;
  /// Before a car leaves, its day has run for this long.
  static constexpr double kLeadSeconds = 3 * 3600;

  DayPlanner(const RoadGraph& graph, std::size_t cars, std::uint64_t seed);

  /// Where a car stands at night: near one of the depots.
  RoadPosition homeOf(std::uint64_t carSeed) const;
  /// The second of the town's day at which this car's own day begins, so that no shift runs across its end.
  static double dayStartOf(VehicleKind kind, std::uint64_t carSeed);
  DayPlan plan(VehicleKind kind, RoadPosition home, std::uint64_t carSeed, std::int64_t day) const;
  /// A rough guess, for the time between two places.
  double drivingSeconds(RoadPosition from, RoadPosition to) const;

 private:
  bool suits(std::uint32_t edge) const;
  RoadPosition closeTo(GeoPoint place, double least, double most, Random& random) const;
  RoadPosition anywhere(Random& random) const;

  const RoadGraph& m_graph;
  std::vector<RoadPosition> m_depots;
};

}  // namespace carport::sim
