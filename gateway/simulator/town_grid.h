#pragma once

#include "gateway/simulator/town.h"
#include "gateway/simulator/town_draft.h"

#include <cstdint>
#include <vector>

namespace carport::sim {

/// Where the junctions of a town lie: on rings around the market square, with more spokes the further out, bent and
/// stretched as by hills and history, and kept off a river. Immutable; lives while a town is made.
class TownGrid {
 public:
  /// Rings and angles before they are bent.
  struct Polar {
    double radius = 0;
    double angle = 0;  // radians, anticlockwise from east
  };

  static constexpr double kRiverHalfWidth = 34;
  static constexpr int kAvenues = 8;

  explicit TownGrid(const TownPlan& plan);

  int rings() const { return static_cast<int>(m_radii.size()); }
  double radius(int ring) const { return m_radii[static_cast<std::size_t>(ring)]; }
  /// Spokes that cross a ring; a power of two, rising outward.
  int spokes(int ring) const { return m_spokes[static_cast<std::size_t>(ring)]; }
  /// The ring whose radius comes closest.
  int ringAt(double radius) const;
  Polar polar(int ring, int spoke) const;
  TownPoint bend(Polar at) const;
  /// Of a junction: bent, and pushed off the river.
  TownPoint place(int ring, int spoke) const;
  /// Metres from the middle of the river; negative on its other bank.
  double fromRiver(TownPoint place) const;
  TownPoint keptDry(TownPoint place) const;
  /// A point of the river's middle, `along` metres from where it is closest to the market.
  TownPoint riverAt(double along, double aside) const;
  double reach() const { return m_radii.back(); }
  /// A number from 0 to below 1 that belongs to this place and purpose.
  double chance(int ring, int spoke, int purpose) const;

 private:
  double riverBend(double along) const;

  std::uint64_t m_seed;
  std::vector<double> m_radii;
  std::vector<int> m_spokes;
  std::vector<double> m_phases;  // of the bends
  double m_turn = 0;             // radians
  double m_riverAngle = 0;
  double m_riverMetres = 0;  // from the market
};

}  // namespace carport::sim
