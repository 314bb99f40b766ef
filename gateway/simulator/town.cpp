#include "gateway/simulator/town.h"

#include "gateway/simulator/town_builder.h"
#include "gateway/simulator/town_names.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace carport::sim {

namespace {
constexpr double kBendEveryMetres = 38;
constexpr double kRoundaboutMetres = 17;
constexpr int kTunnelFrom = 1;  // of the pieces between two avenues
constexpr int kTunnelTo = 5;
constexpr int kDropRing = 11;  // purposes of TownGrid::chance()
constexpr int kDropSpoke = 12;

TownGrid::Polar partWay(TownGrid::Polar from, TownGrid::Polar to, double part) {
  return {from.radius + part * (to.radius - from.radius), from.angle + part * (to.angle - from.angle)};
}
}  // namespace

OsmExtract makeTown(const TownPlan& plan) {
  return TownBuilder(plan).build();
}

TownBuilder::TownBuilder(const TownPlan& plan)
    : m_plan(plan),
      m_grid(plan),
      m_inner(m_grid.ringAt(0.2 * m_grid.reach())),
      m_middle(m_grid.ringAt(0.45 * m_grid.reach())),
      m_outer(m_grid.ringAt(0.74 * m_grid.reach())),
      m_draft(plan.centre) {}

OsmExtract TownBuilder::build() {
  layGround();
  layRiver();
  layRings();
  laySpokes();
  closeRoundabouts();
  setSignals();
  layBlocks();
  nameQuarters();
  return m_draft.take();
}

bool TownBuilder::isRoundabout(Cell junction) const {
  return junction.first == m_middle && isAvenue(junction.first, junction.second);
}

bool TownBuilder::isIndustrial(int ring, int spoke) const {
  return ring > m_middle && (octant(ring, spoke) == 7 || (ring > m_outer && octant(ring, spoke) == 3));
}

bool TownBuilder::isMissing(Cell cell, int purpose) const {
  const double share = isIndustrial(cell.first, cell.second) ? 0.3 : cell.first > m_outer ? 0.35 : 0.12;
  return m_grid.chance(cell.first, cell.second, purpose) < share;
}

OsmTags TownBuilder::ringTags(int ring, int spoke) const {
  const std::uint64_t number = m_plan.seed * 1000 + static_cast<std::uint64_t>(ring * 16 + octant(ring, spoke));
  if (ring == 0) return {{"highway", "living_street"}, {"name", "Market Square"}, {"oneway", "yes"}};
  if (ring == m_inner) return {{"highway", "primary"}, {"name", "Inner Ring"}, {"maxspeed", "50"}};
  if (ring == m_outer) return {{"highway", "trunk"}, {"name", "Outer Ring"}, {"maxspeed", "80"}};
  if (ring < m_inner) {
    OsmTags tags{{"highway", "living_street"}, {"name", streetName(number, true)}};
    if (ring % 2 == 1) tags.emplace_back("oneway", ring % 4 == 1 ? "yes" : "-1");
    return tags;
  }
  if (ring == m_middle || ring % 4 == 0) {
    return {{"highway", "tertiary"}, {"name", streetName(number, false)}, {"maxspeed", "50"}};
  }
  return {{"highway", "residential"}, {"name", streetName(number, false)}, {"maxspeed", "30"}};
}

OsmTags TownBuilder::spokeTags(int ring, int spoke) const {
  const int count = m_grid.spokes(ring);
  if (isAvenue(ring, spoke)) {
    const char* highway = ring >= m_outer ? "primary" : ring >= m_inner ? "secondary" : "tertiary";
    const char* limit = ring >= m_outer ? "70" : ring >= m_inner ? "50" : "30";
    return {{"highway", highway}, {"name", avenueName(octant(ring, spoke))}, {"maxspeed", limit}};
  }
  const auto number = m_plan.seed * 7000 + static_cast<std::uint64_t>((ring / 5) * 512 + spoke * 256 / count);
  if (ring < m_inner) return {{"highway", "residential"}, {"name", streetName(number, true)}, {"maxspeed", "20"}};
  if (spoke * 2 * TownGrid::kAvenues % count == 0) {
    return {{"highway", "tertiary"}, {"name", streetName(number, false)}, {"maxspeed", "50"}};
  }
  return {{"highway", "residential"}, {"name", streetName(number, false)}, {"maxspeed", "30"}};
}

std::int64_t TownBuilder::endNode(Cell junction, TownPoint towards) {
  const TownPoint middle = m_grid.place(junction.first, junction.second);
  if (isRoundabout(junction)) {
    const TownPoint way = towards - middle;
    const TownPoint arm = middle + way * (kRoundaboutMetres / std::max(1.0, way.length()));
    const std::int64_t node = m_draft.node(arm);
    m_roundabouts[junction].emplace_back(std::atan2(way.north, way.east), node);
    return node;
  }
  std::int64_t& node = m_junctions[junction];
  if (node == 0) node = m_draft.node(middle);
  return node;
}

void TownBuilder::finish(Street& run) {
  if (run.nodes.size() > 1) m_draft.way(std::move(run.nodes), std::move(run.tags));
  run = {};
}

std::int64_t TownBuilder::layPiece(Street& run, Cell from, Cell to, OsmTags tags, bool main) {
  const TownGrid::Polar first = m_grid.polar(from.first, from.second);
  const TownGrid::Polar last = m_grid.polar(to.first, to.second);
  const Cell start{from.first, from.second % m_grid.spokes(from.first)};
  const Cell end{to.first, to.second % m_grid.spokes(to.first)};
  const TownPoint begin = m_grid.place(start.first, start.second);
  const TownPoint stop = m_grid.place(end.first, end.second);
  const bool crosses = (m_grid.fromRiver(begin) < 0) != (m_grid.fromRiver(stop) < 0);
  if (crosses && !main) {
    finish(run);
    return 0;
  }
  if (crosses) {
    tags.emplace_back("bridge", "yes");
    tags.emplace_back("layer", "1");
  }
  const int parts = std::max(2, 2 * static_cast<int>((stop - begin).length() / kBendEveryMetres / 2 + 0.5));
  std::vector<TownPoint> bends;
  for (int i = 1; i < parts; ++i) {
    const TownPoint at = m_grid.bend(partWay(first, last, double(i) / parts));
    // A bridge is straight; along the river, streets keep to its bank.
    bends.push_back(crosses ? begin + (stop - begin) * (double(i) / parts) : m_grid.keptDry(at));
  }
  const std::int64_t startNode = endNode(start, bends.front());
  if (run.tags != tags || run.nodes.empty() || run.nodes.back() != startNode) finish(run);
  if (run.nodes.empty()) run = {std::move(tags), {startNode}};
  for (const TownPoint& bend : bends) run.nodes.push_back(m_draft.node(bend));
  const std::int64_t middle = run.nodes[run.nodes.size() - bends.size() / 2 - 1];
  run.nodes.push_back(endNode(end, bends.back()));
  return middle;
}

void TownBuilder::layRings() {
  for (int ring = 0; ring < m_grid.rings(); ++ring) {
    Street run;
    const bool main = ring == 0 || ring == m_inner || ring == m_middle || ring == m_outer;
    const int between = m_grid.spokes(ring) / TownGrid::kAvenues;
    for (int spoke = 0; spoke < m_grid.spokes(ring); ++spoke) {
      const bool tunnel =
          ring == m_outer && between > kTunnelTo && spoke > between + kTunnelFrom - 1 && spoke < between + kTunnelTo;
      if (tunnel || (!main && ring % 4 != 0 && isMissing({ring, spoke}, kDropRing))) {
        finish(run);
        continue;
      }
      m_ringMiddles[{ring, spoke}] =
          layPiece(run, {ring, spoke}, {ring, spoke + 1}, ringTags(ring, spoke), main || ring % 4 == 0);
    }
    finish(run);
  }
  layTunnel(m_outer);
}

/// The outer ring passes below a hill between two avenues; streets cross above it and do not meet it.
void TownBuilder::layTunnel(int ring) {
  const int between = m_grid.spokes(ring) / TownGrid::kAvenues;
  if (between <= kTunnelTo) return;
  const TownGrid::Polar from = m_grid.polar(ring, between + kTunnelFrom);
  const TownGrid::Polar to = m_grid.polar(ring, between + kTunnelTo);
  OsmTags tags = ringTags(ring, between);
  tags.emplace_back("tunnel", "yes");
  tags.emplace_back("layer", "-1");
  Street run{tags, {endNode({ring, between + kTunnelFrom}, m_grid.bend(to))}};
  constexpr int kParts = 16;
  for (int i = 1; i < kParts; ++i) {
    run.nodes.push_back(m_draft.node(m_grid.bend(partWay(from, to, double(i) / kParts))));
  }
  run.nodes.push_back(endNode({ring, between + kTunnelTo}, m_grid.bend(from)));
  finish(run);
}

void TownBuilder::laySpokes() {
  const int widest = m_grid.spokes(m_grid.rings() - 1);
  for (int finest = 0; finest < widest; ++finest) {
    Street run;
    for (int ring = 0; ring + 1 < m_grid.rings(); ++ring) {
      const int count = m_grid.spokes(ring);
      if (finest * count % widest != 0) continue;  // this spoke begins further out
      const int spoke = finest * count / widest;
      const int next = finest * m_grid.spokes(ring + 1) / widest;
      const bool main = isAvenue(ring, spoke);
      const bool tertiary = spoke * 2 * TownGrid::kAvenues % count == 0;
      if (!main && !tertiary && isMissing({ring, spoke}, kDropSpoke)) {
        finish(run);
        continue;
      }
      layPiece(run, {ring, spoke}, {ring + 1, next}, spokeTags(ring, spoke), main);
    }
    finish(run);
  }
}

void TownBuilder::closeRoundabouts() {
  for (auto& [junction, arms] : m_roundabouts) {
    std::sort(arms.begin(), arms.end());
    const TownPoint middle = m_grid.place(junction.first, junction.second);
    std::vector<std::int64_t> circle;
    for (std::size_t i = 0; i < arms.size(); ++i) {
      circle.push_back(arms[i].second);
      const double from = arms[i].first;
      const double to = i + 1 < arms.size() ? arms[i + 1].first : arms[0].first + 2 * std::numbers::pi;
      const int parts = std::max(1, static_cast<int>((to - from) / 0.45));
      for (int part = 1; part < parts; ++part) {
        const double angle = from + (to - from) * part / parts;
        circle.push_back(m_draft.node(middle + TownPoint{std::cos(angle), std::sin(angle)} * kRoundaboutMetres));
      }
    }
    circle.push_back(circle.front());
    m_draft.way(std::move(circle), {{"highway", "secondary"}, {"junction", "roundabout"}, {"maxspeed", "30"}});
  }
}

void TownBuilder::setSignals() {
  for (const auto& [junction, node] : m_junctions) {
    const auto [ring, spoke] = junction;
    const bool avenue = isAvenue(ring, spoke);
    const bool tertiary = spoke * 2 * TownGrid::kAvenues % m_grid.spokes(ring) == 0;
    const bool ringRoad = ring == m_inner || ring == m_outer;
    const bool lesser = avenue && ring > m_inner && ring % 4 == 0;
    if ((ringRoad && tertiary) || lesser) m_draft.tag(node, "highway", "traffic_signals");
  }
}

}  // namespace carport::sim
