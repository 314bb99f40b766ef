#include "gateway/simulator/traffic_signals.h"

#include "gateway/simulator/random.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <utility>

namespace carport::sim {

namespace {
constexpr double kOneCrossingMetres = 45;
constexpr double kCellDegrees = 0.0005;  // of latitude: more than one crossing is wide

/// Finds a crossing that is close by without looking at all of them. Cells are so wide that only neighbours matter.
class CrossingSearch {
 public:
  explicit CrossingSearch(double latitude)
      : m_columnDegrees(kCellDegrees / std::max(0.01, std::cos(latitude * std::numbers::pi / 180))) {}

  /// The first that was added of those that `place` belongs to; kNone: none.
  std::uint32_t find(GeoPoint place) const {
    std::uint32_t first = RoadGraph::kNone;
    for (const std::int64_t row : {-1, 0, 1}) {
      for (const std::int64_t column : {-1, 0, 1}) {
        const auto cell = m_cells.find({rowOf(place) + row, columnOf(place) + column});
        if (cell == m_cells.end()) continue;
        for (const auto& [number, other] : cell->second) {
          if (number < first && distanceMetres(other, place) <= kOneCrossingMetres) first = number;
        }
      }
    }
    return first;
  }
  void add(std::uint32_t number, GeoPoint place) {
    m_cells[{rowOf(place), columnOf(place)}].emplace_back(number, place);
  }

 private:
  static std::int64_t rowOf(GeoPoint place) {
    return static_cast<std::int64_t>(std::floor(place.latitude / kCellDegrees));
  }
  std::int64_t columnOf(GeoPoint place) const {
    return static_cast<std::int64_t>(std::floor(place.longitude / m_columnDegrees));
  }

  const double m_columnDegrees;
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::pair<std::uint32_t, GeoPoint>>> m_cells;
};
}  // namespace

TrafficSignals::TrafficSignals(const RoadGraph& graph, std::uint64_t seed)
    : m_graph(graph), m_crossingOf(graph.junctions().size(), RoadGraph::kNone) {
  std::vector<std::uint32_t> arrival(graph.junctions().size(), RoadGraph::kNone);  // the widest road's edge
  for (std::uint32_t edge = 0; edge < graph.edges().size(); ++edge) {
    std::uint32_t& best = arrival[graph.edge(edge).to];
    if (best == RoadGraph::kNone || graph.edge(edge).roadClass < graph.edge(best).roadClass) best = edge;
  }
  CrossingSearch crossings(graph.centre().latitude);
  Random random(seed ^ 0x7f4a7c15ULL);
  for (std::uint32_t junction = 0; junction < arrival.size(); ++junction) {
    if (!graph.junctions()[junction].hasLights || arrival[junction] == RoadGraph::kNone) continue;
    const GeoPoint here = graph.junctions()[junction].place;
    std::uint32_t crossing = crossings.find(here);
    if (crossing == RoadGraph::kNone) {
      crossing = static_cast<std::uint32_t>(m_crossings.size());
      crossings.add(crossing, here);
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
