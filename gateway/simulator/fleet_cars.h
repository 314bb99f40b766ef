#pragma once

#include "gateway/base/result.h"
#include "gateway/simulator/car_source.h"
#include "gateway/simulator/fleet_run.h"
#include "gateway/simulator/route_finder.h"
#include "gateway/simulator/street_map.h"
#include "gateway/simulator/street_world.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace carport::sim {

/// Makes the cars of a fleet: recordings, cars on the streets of an extract, or the plain cars that load a gateway.
/// Owner: the run; one thread. What it made needs it for as long as it lives.
class FleetCars {
 public:
  /// Reads what the options name; with an extract this blocks for a while. `workers` threads share the cars.
  static Result<std::unique_ptr<FleetCars>> prepare(const FleetOptions& options, std::size_t workers);

  /// The car of that number, for the worker number `number % workers`.
  std::unique_ptr<CarSource> make(std::size_t number);

 private:
  explicit FleetCars(const FleetOptions& options) : m_options(options) {}

  const FleetOptions& m_options;
  std::unique_ptr<StreetMap> m_map;
  std::unique_ptr<StreetWorld> m_world;
  std::vector<std::unique_ptr<RouteFinder>> m_finders;  // one a worker
};

}  // namespace carport::sim
