#include "gateway/simulator/traffic_signals.h"

#include "gateway/simulator/random.h"

#include <cmath>

namespace carport::sim {

namespace {
constexpr double kOneCrossingMetres = 45;
}

TrafficSignals::TrafficSignals(const RoadGraph& graph, std::uint64_t seed)
    : m_graph(graph), m_crossingOf(graph.junctions().size(), RoadGraph::kNone) {
  std::vector<std::uint32_t> arrival(graph.junctions().size(), RoadGraph::kNone);  // the widest road's edge
  for (std::uint32_t edge = 0; edge < graph.edges().size(); ++edge) {
    std::uint32_t& best = arrival[graph.edge(edge).to];
    if (best == RoadGraph::kNone || graph.edge(edge).roadClass < graph.edge(best).roadClass) best = edge;
  }
  std::vector<GeoPoint> places;  // of the crossings
  Random random(seed ^ 0x7f4a7c15ULL);
  for (std::uint32_t junction = 0; junction < arrival.size(); ++junction) {
    if (!graph.junctions()[junction].hasLights || arrival[junction] == RoadGraph::kNone) continue;
    const GeoPoint here = graph.junctions()[junction].place;
    std::uint32_t crossing = 0;
    while (crossing < places.size() && (std::abs(places[crossing].latitude - here.latitude) > 0.001 ||
                                        distanceMetres(places[crossing], here) > kOneCrossingMetres)) {
      ++crossing;
    }
    if (crossing == places.size()) {
      places.push_back(here);
      const double cycle = random.between(52, 88);
      m_crossings.push_back({graph.bearingAtEnd(arrival[junction]), cycle, random.between(0, cycle)});
    }
    m_crossingOf[junction] = crossing;
  }
}

SignalAspect TrafficSignals::aspect(std::uint32_t edge, TimePoint at) const {
  const std::uint32_t number = m_crossingOf[m_graph.edge(edge).to];
  if (number == RoadGraph::kNone) return SignalAspect::green;
  const Crossing& crossing = m_crossings[number];
  const double seconds = static_cast<double>(toMs(at)) / 1000 + crossing.shiftSeconds;
  double part = std::fmod(seconds, crossing.cycleSeconds);
  const double half = crossing.cycleSeconds / 2;
  const bool first = std::abs(std::remainder(m_graph.bearingAtEnd(edge) - crossing.axis, 180.0)) < 45;
  if (!first) part = part < half ? part + half : part - half;
  // Half of the cycle is this road's: green, amber, and two seconds in which everybody waits.
  if (part < half - kAmberSeconds - 2) return SignalAspect::green;
  return part < half - 2 ? SignalAspect::amber : SignalAspect::red;
}

}  // namespace carport::sim
