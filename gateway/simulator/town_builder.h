#pragma once

#include "gateway/simulator/town_grid.h"

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

namespace carport::sim {

/// Lays a town out on its grid, step by step; lives only while makeTown() runs.
class TownBuilder {
 public:
  explicit TownBuilder(const TownPlan& plan);

  OsmExtract build();

 private:
  using Cell = std::pair<int, int>;  // ring, spoke

  /// What a street is like; equal neighbours become one way.
  struct Street {
    OsmTags tags;
    std::vector<std::int64_t> nodes;
  };

  void layRings();
  void laySpokes();
  void layTunnel(int ring);
  /// One street between two junctions. Returns the node in its middle; 0 where there is no street.
  std::int64_t layPiece(Street& run, Cell from, Cell to, OsmTags tags, bool main);
  void finish(Street& run);
  std::int64_t endNode(Cell junction, TownPoint towards);
  void closeRoundabouts();
  void setSignals();
  void layRiver();
  void layGround();
  void nameQuarters();
  void layBlocks();
  void layPark(std::span<const TownPoint> block, int number);
  void layYard(Cell cell, std::span<const TownPoint> block);
  void layHouses(std::span<const TownPoint> block, bool old);
  OsmTags ringTags(int ring, int spoke) const;
  OsmTags spokeTags(int ring, int spoke) const;
  bool isAvenue(int ring, int spoke) const { return spoke * TownGrid::kAvenues % m_grid.spokes(ring) == 0; }
  bool isRoundabout(Cell junction) const;
  bool isIndustrial(int ring, int spoke) const;
  bool isMissing(Cell cell, int purpose) const;
  int octant(int ring, int spoke) const { return spoke * TownGrid::kAvenues / m_grid.spokes(ring); }

  const TownPlan m_plan;
  const TownGrid m_grid;
  const int m_inner;  // rings
  const int m_middle;
  const int m_outer;
  TownDraft m_draft;
  std::map<Cell, std::int64_t> m_junctions;
  std::map<Cell, std::vector<std::pair<double, std::int64_t>>> m_roundabouts;  // angle and node of each arm
  std::map<Cell, std::int64_t> m_ringMiddles;                                  // of the street from a junction on
};

}  // namespace carport::sim
