#pragma once

#include "gateway/simulator/road_graph.h"

#include <cstdint>
#include <vector>

namespace carport::sim {

/// Edges one after the other, from where the car stands to where it wants to be. Empty: there is no way.
using Route = std::vector<std::uint32_t>;

/// Finds quick ways through a graph (A*, Hart, Nilsson and Raphael 1968), without turning round on the spot where there
/// is another way. Its scratch space is kept, so that a search allocates little. Owner: a worker; one thread. The graph
/// must outlive it.
class RouteFinder {
 public:
  /// Junctions that one search looks at; further destinations are given up.
  static constexpr std::size_t kMaxVisited = 40'000;

  explicit RouteFinder(const RoadGraph& graph);

  /// From and to are contained in the route. Where the destination lies behind, the route leads round.
  Route find(RoadPosition from, RoadPosition to);

 private:
  struct Candidate {
    float estimate;  // seconds to the destination through here
    float cost;
    std::uint32_t junction;
    bool operator<(const Candidate& other) const { return estimate > other.estimate; }  // the smallest on top
  };

  bool search(std::uint32_t start, std::uint32_t goal, std::uint32_t forbiddenFirst);
  void reach(std::uint32_t junction, float cost, std::uint32_t via, GeoPoint goal);

  const RoadGraph& m_graph;
  std::vector<float> m_cost;
  std::vector<std::uint32_t> m_via;   // the edge that led there
  std::vector<std::uint32_t> m_mark;  // of the search in which the entry is valid
  std::uint32_t m_search = 0;
  std::vector<Candidate> m_heap;
};

}  // namespace carport::sim
