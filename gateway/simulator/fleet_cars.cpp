#include "gateway/simulator/fleet_cars.h"

#include "gateway/base/clock.h"
#include "gateway/simulator/recorded_car.h"
#include "gateway/simulator/simulated_car.h"
#include "gateway/simulator/street_car.h"

#include <utility>

namespace carport::sim {

Result<std::unique_ptr<FleetCars>> FleetCars::prepare(const FleetOptions& options, std::size_t workers) {
  std::unique_ptr<FleetCars> cars(new FleetCars(options));
  if (!options.recordings.empty()) return cars;
  if (options.streets.empty()) {
    TownOptions town = options.town;
    town.seed = options.seed;
    cars->m_map = std::make_unique<StreetMap>(StreetMap::generate(town));
    return cars;
  }
  auto graph = RoadGraph::read(options.streets);
  if (!graph) return failFrom(graph);
  const double shift = options.secondOfDay ? shiftSecondsFor(*options.secondOfDay, SystemClock().now())
                                           : solarShiftSeconds(graph->centre().longitude);
  cars->m_world = std::make_unique<StreetWorld>(std::move(*graph), options.cars, options.seed, options.faults, shift);
  for (std::size_t i = 0; i < workers; ++i) {
    cars->m_finders.push_back(std::make_unique<RouteFinder>(cars->m_world->graph));
  }
  return cars;
}

std::unique_ptr<CarSource> FleetCars::make(std::size_t number) {
  const std::uint64_t seed = m_options.seed * 1'000'003 + number;
  if (!m_options.recordings.empty()) {
    return std::make_unique<RecordedCar>(m_options.recordings[number % m_options.recordings.size()], m_options.speedup,
                                         seed);
  }
  const auto interval =
      m_options.rate > 0 ? Microseconds(static_cast<std::int64_t>(1e6 / m_options.rate)) : Microseconds(0);
  // Spread over one interval, so that the fleet sends evenly.
  const auto phase = Microseconds(static_cast<std::int64_t>(
      static_cast<double>(interval.count()) * static_cast<double>(number) / static_cast<double>(m_options.cars)));
  if (m_world) {
    const Milliseconds history(static_cast<std::int64_t>(m_options.historyHours * 3'600'000));
    return std::make_unique<StreetCar>(*m_world, *m_finders[number % m_finders.size()],
                                       StreetCar::Options{seed, interval, phase, history});
  }
  return std::make_unique<SimulatedCar>(*m_map, SimulatedCar::Options{seed, interval, phase});
}

}  // namespace carport::sim
