#include "gateway/simulator/town_builder.h"
#include "gateway/simulator/town_names.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace carport::sim {

namespace {
constexpr double kBlockMargin = 15;  // metres from the corner of a block to its houses
constexpr double kSmallestSide = 42;
constexpr int kUse = 21;  // purposes of TownGrid::chance()
constexpr int kBuilt = 22;

TownPoint centreOf(std::span<const TownPoint> outline) {
  TownPoint sum;
  for (const TownPoint& point : outline) sum = sum + point;
  return sum * (1.0 / static_cast<double>(outline.size()));
}

/// Every corner `metres` closer to the middle.
std::array<TownPoint, 4> shrunk(std::span<const TownPoint> block, double metres) {
  const TownPoint middle = centreOf(block);
  std::array<TownPoint, 4> inner;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    const TownPoint way = middle - block[i];
    inner[i] = block[i] + way * std::min(0.8, metres * 1.4 / std::max(1.0, way.length()));
  }
  return inner;
}
}  // namespace

void TownBuilder::layGround() {
  std::vector<TownPoint> outline;
  for (int i = 0; i < 96; ++i) {
    outline.push_back(m_grid.bend({m_grid.reach() + 70, 2 * std::numbers::pi * i / 96}));
  }
  m_draft.area(outline, {{"landuse", "residential"}});
}

void TownBuilder::layRiver() {
  const double end = 1.45 * m_grid.reach();
  const OsmTags name{{"name", riverName(m_plan.seed)}};
  std::vector<TownPoint> water;
  std::vector<std::int64_t> line;
  for (double along = -end; along <= end; along += 55) {
    water.push_back(m_grid.riverAt(along, TownGrid::kRiverHalfWidth));
    line.push_back(m_draft.node(m_grid.riverAt(along, 0)));
  }
  for (double along = end; along >= -end; along -= 55) {
    water.push_back(m_grid.riverAt(along, -TownGrid::kRiverHalfWidth));
  }
  m_draft.area(water, {{"natural", "water"}, {"water", "river"}, name.front()});
  m_draft.way(std::move(line), {{"waterway", "river"}, name.front()});
}

void TownBuilder::nameQuarters() {
  m_draft.node(m_grid.bend({0, 0}), {{"place", "town"}, {"name", townName(m_plan.seed)}, {"population", "48000"}});
  for (int i = 0; i < TownGrid::kAvenues; ++i) {
    const double angle = 2 * std::numbers::pi * (i + 0.5) / TownGrid::kAvenues;
    m_draft.node(m_grid.bend({0.58 * m_grid.reach(), angle}), {{"place", "suburb"}, {"name", suburbName(i)}});
  }
}

void TownBuilder::layBlocks() {
  std::vector<TownPoint> square;
  for (int i = 0; i < 32; ++i) square.push_back(m_grid.bend({m_grid.radius(0) - 12, 2 * std::numbers::pi * i / 32}));
  m_draft.area(square, {{"highway", "pedestrian"}, {"area", "yes"}, {"name", "Market Square"}});
  for (int ring = 0; ring + 1 < m_grid.rings(); ++ring) {
    for (int spoke = 0; spoke < m_grid.spokes(ring); ++spoke) {
      const int factor = m_grid.spokes(ring + 1) / m_grid.spokes(ring);
      const std::array block{m_grid.place(ring, spoke), m_grid.place(ring, spoke + 1),
                             m_grid.place(ring + 1, (spoke + 1) * factor), m_grid.place(ring + 1, spoke * factor)};
      const TownPoint middle = centreOf(block);
      const auto wet = [&](TownPoint corner) {
        return (m_grid.fromRiver(corner) < 0) != (m_grid.fromRiver(middle) < 0);
      };
      const double fromWater = std::abs(m_grid.fromRiver(middle));
      if (std::any_of(block.begin(), block.end(), wet) || fromWater < 75) continue;
      const double use = m_grid.chance(ring, spoke, kUse);
      if (use < (fromWater < 190 ? 0.4 : 0.05) && ring >= m_inner) {
        layPark(block, ring * 512 + spoke);
      } else if (isIndustrial(ring, spoke)) {
        layYard({ring, spoke}, block);
      } else if (ring < m_outer || m_grid.chance(ring, spoke, kBuilt) < 0.55) {
        layHouses(block, ring < m_inner);
      } else if (use > 0.8) {
        m_draft.area(shrunk(block, 8), {{"landuse", "forest"}});
      }
    }
  }
}

void TownBuilder::layPark(std::span<const TownPoint> block, int number) {
  const auto name = parkName(m_plan.seed * 100'000 + static_cast<std::uint64_t>(number));
  m_draft.area(shrunk(block, 7), {{"leisure", "park"}, {"name", name}});
}

/// A yard of a company: a road for its vans through the block, a car park, two halls.
void TownBuilder::layYard(Cell cell, std::span<const TownPoint> block) {
  const auto inner = shrunk(block, 9);
  m_draft.area(inner, {{"landuse", "industrial"}});
  const TownPoint middle = centreOf(inner);
  const auto mid = [](TownPoint a, TownPoint b) { return (a + b) * 0.5; };
  const TownPoint front = mid(inner[0], inner[1]);
  const TownPoint back = mid(inner[2], inner[3]);
  const auto gate = m_ringMiddles.find(cell);
  if (gate != m_ringMiddles.end() && gate->second != 0) {
    m_draft.way({gate->second, m_draft.node(front), m_draft.node(middle), m_draft.node(mid(middle, back))},
                {{"highway", "service"}, {"name", "Yard"}});
    const TownPoint side = (inner[1] - inner[0]) * 0.09;
    const std::array parking{middle - side, middle + side, mid(middle, back) + side, mid(middle, back) - side};
    m_draft.area(parking, {{"amenity", "parking"}});
  }
  for (const bool left : {true, false}) {
    const TownPoint side = (left ? inner[0] - inner[1] : inner[1] - inner[0]) * 0.27;
    const TownPoint hall = middle + side;
    const TownPoint wide = (inner[1] - inner[0]) * 0.12;
    const TownPoint deep = (back - front) * 0.3;
    m_draft.area(std::array{hall - wide - deep, hall + wide - deep, hall + wide + deep, hall - wide + deep},
                 {{"building", "industrial"}});
  }
}

void TownBuilder::layHouses(std::span<const TownPoint> block, bool old) {
  const auto inner = shrunk(block, old ? kBlockMargin - 5 : kBlockMargin);
  const TownPoint middle = centreOf(inner);
  for (std::size_t side = 0; side < inner.size(); ++side) {
    const TownPoint from = inner[side];
    const TownPoint way = inner[(side + 1) % inner.size()] - from;
    const double length = way.length();
    if (length < kSmallestSide) continue;
    const TownPoint along = way * (1 / length);
    TownPoint inward{-along.north, along.east};
    const TownPoint toMiddle = middle - from;
    if (inward.east * toMiddle.east + inward.north * toMiddle.north < 0) inward = inward * -1;
    // Corners are left to the sides that come first.
    double at = side % 2 == 0 ? 0 : 15;
    const double end = length - (side % 2 == 0 ? 0 : 15);
    for (int house = 0; at + 9 <= end; ++house) {
      const auto pick = [&](int what) {
        return m_grid.chance(int(from.east), int(from.north) + house, 30 + what + int(side) * 4);
      };
      const double width = std::min(end - at, old ? 9 + 6 * pick(0) : 11 + 11 * pick(0));
      const double depth = old ? 11 : 9.5 + 4 * pick(1);
      const TownPoint a = from + along * at;
      const TownPoint b = from + along * (at + width);
      m_draft.area(std::array{a, b, b + inward * depth, a + inward * depth}, {{"building", "yes"}});
      at += width + (old ? 0 : 4 + 7 * pick(2));
    }
  }
}

}  // namespace carport::sim
