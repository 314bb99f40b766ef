#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/simulator/day_plan.h"
#include "gateway/simulator/fault_options.h"
#include "gateway/simulator/road_graph.h"
#include "gateway/simulator/traffic_signals.h"

#include <cstdint>
#include <filesystem>
#include <memory>

namespace carport::sim {

/// What all cars of a fleet on real streets share. Immutable; any thread. It must outlive the cars.
struct StreetWorld {
  const RoadGraph graph;
  const TrafficSignals lights;
  const DayPlanner planner;
  const FaultOptions faults;
  /// Added to the seconds since the epoch gives the seconds of the town's days.
  const double clockShiftSeconds;

  StreetWorld(RoadGraph roads, std::size_t cars, std::uint64_t seed, const FaultOptions& faultOptions, double shift)
      : graph(std::move(roads)),
        lights(graph, seed),
        planner(graph, cars, seed),
        faults(faultOptions),
        clockShiftSeconds(shift) {}
  StreetWorld(const StreetWorld&) = delete;
  StreetWorld& operator=(const StreetWorld&) = delete;
};

/// The clock of a town's days: by the sun at `longitude`, so that no table of time zones is needed.
double solarShiftSeconds(double longitude);
/// The clock that shows `secondOfDay` at `now`.
double shiftSecondsFor(double secondOfDay, TimePoint now);

}  // namespace carport::sim
