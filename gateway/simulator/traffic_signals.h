#pragma once

#include "gateway/base/clock.h"
#include "gateway/simulator/road_graph.h"

#include <cstdint>
#include <vector>

namespace carport::sim {

enum class SignalAspect : std::uint8_t { green, amber, red };

/// What the traffic lights show. They follow the clock alone: the same roads, seed and moment always show the same, so
/// cars on different threads agree without asking each other. Lights close together are one crossing and change
/// together; of two roads that cross, one waits. Immutable; any thread. The graph must outlive it.
class TrafficSignals {
 public:
  /// Whoever cannot stop any more drives on; amber is long enough for that.
  static constexpr double kAmberSeconds = 4;

  TrafficSignals(const RoadGraph& graph, std::uint64_t seed);

  /// For who comes along `edge` to its end. Green where there are no lights.
  SignalAspect aspect(std::uint32_t edge, TimePoint at) const;

 private:
  struct Crossing {
    double axis = 0;  // degrees, of the road whose turn is first
    double cycleSeconds = 60;
    double shiftSeconds = 0;
  };

  const RoadGraph& m_graph;
  std::vector<std::uint32_t> m_crossingOf;  // of a junction; kNone without lights
  std::vector<Crossing> m_crossings;
};

}  // namespace carport::sim
