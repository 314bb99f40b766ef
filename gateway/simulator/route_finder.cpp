#include "gateway/simulator/route_finder.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace carport::sim {

namespace {
/// Quicker than the great circle; town distances allow it. Slightly short, so that no way is overlooked.
double atLeastMetres(GeoPoint from, GeoPoint to) {
  constexpr double kMetresPerDegree = 6'371'008.8 * std::numbers::pi / 180;
  const double north = (to.latitude - from.latitude) * kMetresPerDegree;
  const double shrink = std::cos(std::max(std::abs(from.latitude), std::abs(to.latitude)) * std::numbers::pi / 180);
  return 0.999 * std::hypot(north, (to.longitude - from.longitude) * kMetresPerDegree * shrink);
}
}  // namespace

RouteFinder::RouteFinder(const RoadGraph& graph)
    : m_graph(graph),
      m_cost(graph.junctions().size()),
      m_via(graph.junctions().size()),
      m_mark(graph.junctions().size(), 0) {}

Route RouteFinder::find(RoadPosition from, RoadPosition to) {
  if (from.edge == to.edge && to.offset >= from.offset) return {from.edge};
  const RoadGraph::Edge& first = m_graph.edge(from.edge);
  const std::uint32_t goal = m_graph.edge(to.edge).from;
  if (!search(first.to, goal, first.twin) && !search(first.to, goal, RoadGraph::kNone)) return {};
  Route route{to.edge};
  for (std::uint32_t at = goal; at != first.to;) {
    route.push_back(m_via[at]);
    at = m_graph.edge(m_via[at]).from;
  }
  route.push_back(from.edge);
  std::reverse(route.begin(), route.end());
  return route;
}

void RouteFinder::reach(std::uint32_t junction, float cost, std::uint32_t via, GeoPoint goal) {
  if (m_mark[junction] == m_search && m_cost[junction] <= cost) return;
  m_mark[junction] = m_search;
  m_cost[junction] = cost;
  m_via[junction] = via;
  const double ahead = atLeastMetres(m_graph.junctions()[junction].place, goal) / m_graph.fastest();
  m_heap.push_back({cost + static_cast<float>(ahead), cost, junction});
  std::push_heap(m_heap.begin(), m_heap.end());
}

bool RouteFinder::search(std::uint32_t start, std::uint32_t goal, std::uint32_t forbiddenFirst) {
  ++m_search;
  m_heap.clear();
  const GeoPoint place = m_graph.junctions()[goal].place;
  reach(start, 0, RoadGraph::kNone, place);
  for (std::size_t visited = 0; !m_heap.empty() && visited < kMaxVisited; ++visited) {
    std::pop_heap(m_heap.begin(), m_heap.end());
    const Candidate here = m_heap.back();
    m_heap.pop_back();
    if (here.cost > m_cost[here.junction]) continue;  // reached on a better way since
    if (here.junction == goal) return true;
    for (const std::uint32_t edge : m_graph.edgesFrom(here.junction)) {
      if (edge == forbiddenFirst && here.junction == start) continue;
      reach(m_graph.edge(edge).to, here.cost + m_graph.edge(edge).seconds, edge, place);
    }
  }
  return false;
}

}  // namespace carport::sim
