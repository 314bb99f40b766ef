#pragma once

#include "gateway/simulator/road_graph.h"

#include <cstdint>
#include <span>
#include <vector>

namespace carport::sim {

/// Puts a graph together step by step; lives only while RoadGraph::build() runs.
class RoadGraphBuilder {
 public:
  explicit RoadGraphBuilder(const RoadSource& source) : m_source(source) {}

  RoadGraph build();

 private:
  /// A piece of a road between two junctions, not yet a direction.
  struct Piece {
    std::span<const std::uint32_t> points;
    RoadRules rules;
  };

  void findJunctions();
  void cutIntoPieces();
  void addEdges();
  void addEdge(const Piece& piece, bool backward);
  void addPoints(RoadGraph::Edge& edge, const std::vector<std::uint32_t>& points);
  void keepLargestNet();
  void numberJunctions();
  void indexEdges();
  void setYields();

  const RoadSource& m_source;
  RoadGraph m_graph;
  std::vector<std::uint8_t> m_uses;  // of a point: 2 is a junction
  std::vector<Piece> m_pieces;
};

/// For every vertex the number of its strongly connected component (Tarjan 1972, without recursion). `targets` are the
/// vertices that edges lead to, grouped by where they begin; `first` has one entry more than there are vertices.
std::vector<std::uint32_t> strongComponents(std::span<const std::uint32_t> first,
                                            std::span<const std::uint32_t> targets);

}  // namespace carport::sim
