#include "gateway/simulator/road_graph_builder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace carport::sim {

namespace {
constexpr double kSidewaysAcceleration = 2.2;  // m/s² in a bend that nobody complains about
constexpr double kSlowestBend = 2.2;           // m/s
constexpr double kJunctionSeconds = 2;
constexpr double kSignalSeconds = 12;
// Nobody drives through car parks and play streets to be faster.
constexpr std::array kDetourFactors{1.0, 1.0, 1.0, 1.0, 1.0, 1.05, 1.15, 1.8, 3.0};

/// m/s that a bend allows, from the circle that touches the middles of the shorter of its two lines.
double bendSpeed(double before, double after, double turnDegrees) {
  const double turn = std::abs(turnDegrees) * std::numbers::pi / 180;
  if (turn < 0.02) return 1000;
  const double radius = std::min(before, after) / 2 / std::tan(std::min(turn, 3.1) / 2);
  return std::max(kSlowestBend, std::sqrt(kSidewaysAcceleration * radius));
}
}  // namespace

RoadGraph RoadGraphBuilder::build() {
  findJunctions();
  cutIntoPieces();
  addEdges();
  keepLargestNet();
  numberJunctions();
  indexEdges();
  setYields();
  return std::move(m_graph);
}

void RoadGraphBuilder::findJunctions() {
  m_uses.assign(m_source.points.size(), 0);
  for (const RoadSource::Road& road : m_source.roads) {
    for (const std::uint32_t point : road.points) m_uses[point] = static_cast<std::uint8_t>(m_uses[point] > 0 ? 2 : 1);
    m_uses[road.points.front()] = m_uses[road.points.back()] = 2;
  }
  for (std::size_t point = 0; point < m_uses.size(); ++point) {
    if (m_uses[point] == 1 && m_source.points[point].rule != PointRule::none) m_uses[point] = 2;
  }
}

void RoadGraphBuilder::cutIntoPieces() {
  for (const RoadSource::Road& road : m_source.roads) {
    std::size_t begin = 0;
    for (std::size_t i = 1; i < road.points.size(); ++i) {
      if (m_uses[road.points[i]] < 2) continue;
      const auto piece = std::span(road.points).subspan(begin, i + 1 - begin);
      begin = i;
      const bool blocked = m_source.points[piece.front()].rule == PointRule::blocked ||
                           m_source.points[piece.back()].rule == PointRule::blocked;
      if (!blocked && (piece.size() > 2 || piece.front() != piece.back())) m_pieces.push_back({piece, road.rules});
    }
  }
}

void RoadGraphBuilder::addEdges() {
  for (const Piece& piece : m_pieces) {
    const auto number = static_cast<std::uint32_t>(m_graph.m_edges.size());
    const OneWay oneWay = piece.rules.oneWay;
    if (oneWay != OneWay::backward) addEdge(piece, false);
    if (oneWay != OneWay::forward) addEdge(piece, true);
    if (oneWay != OneWay::no || m_graph.m_edges.size() != number + 2) continue;
    m_graph.m_edges[number].twin = number + 1;
    m_graph.m_edges[number + 1].twin = number;
  }
}

void RoadGraphBuilder::addEdge(const Piece& piece, bool backward) {
  std::vector<std::uint32_t> points(piece.points.begin(), piece.points.end());
  if (backward) std::reverse(points.begin(), points.end());
  RoadGraph::Edge edge;
  edge.from = points.front();  // of the source, until numberJunctions()
  edge.to = points.back();
  edge.limit = static_cast<float>(piece.rules.limitKmh / 3.6);
  edge.roadClass = piece.rules.roadClass;
  edge.tunnel = piece.rules.tunnel;
  edge.roundabout = piece.rules.roundabout;
  edge.end = m_source.points[points.back()].rule;
  addPoints(edge, points);
  edge.seconds = static_cast<float>(edge.lengthMetres / edge.limit * kDetourFactors[std::size_t(edge.roadClass)] +
                                    (edge.end == PointRule::lights ? kSignalSeconds : kJunctionSeconds));
  m_graph.m_edges.push_back(edge);
}

void RoadGraphBuilder::addPoints(RoadGraph::Edge& edge, const std::vector<std::uint32_t>& points) {
  edge.firstPoint = static_cast<std::uint32_t>(m_graph.m_points.size());
  double along = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    RoadGraph::Point point;
    point.place = m_source.points[points[i]].place;
    point.cap = 1000;
    if (i > 0) along += distanceMetres(m_source.points[points[i - 1]].place, point.place);
    point.along = static_cast<float>(along);
    if (i + 1 < points.size()) {
      point.bearing = static_cast<float>(bearingDegrees(point.place, m_source.points[points[i + 1]].place));
    } else {
      point.bearing = m_graph.m_points.back().bearing;
    }
    m_graph.m_points.push_back(point);
  }
  edge.pointCount = static_cast<std::uint32_t>(points.size());
  edge.lengthMetres = std::max(0.1F, static_cast<float>(along));
  const auto bends = std::span(m_graph.m_points).subspan(edge.firstPoint);
  for (std::size_t i = 1; i + 1 < bends.size(); ++i) {
    bends[i].cap =
        static_cast<float>(bendSpeed(bends[i].along - bends[i - 1].along, bends[i + 1].along - bends[i].along,
                                     std::remainder(double(bends[i].bearing) - double(bends[i - 1].bearing), 360.0)));
  }
}

void RoadGraphBuilder::keepLargestNet() {
  std::vector<RoadGraph::Edge>& edges = m_graph.m_edges;
  std::vector<std::uint32_t> first(m_source.points.size() + 1, 0);
  for (const RoadGraph::Edge& edge : edges) ++first[edge.from + 1];
  for (std::size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
  std::vector<std::uint32_t> targets(edges.size());
  std::vector<std::uint32_t> fill(first.begin(), first.end() - 1);
  for (const RoadGraph::Edge& edge : edges) targets[fill[edge.from]++] = edge.to;
  const std::vector<std::uint32_t> component = strongComponents(first, targets);
  std::vector<std::size_t> sizes(m_source.points.size(), 0);
  for (const RoadGraph::Edge& edge : edges) sizes[component[edge.from]] += component[edge.from] == component[edge.to];
  const auto largest = static_cast<std::uint32_t>(std::max_element(sizes.begin(), sizes.end()) - sizes.begin());
  std::vector<std::uint32_t> renumbered(edges.size(), RoadGraph::kNone);
  std::vector<RoadGraph::Edge> kept;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    if (component[edges[i].from] != largest || component[edges[i].to] != largest) continue;
    renumbered[i] = static_cast<std::uint32_t>(kept.size());
    kept.push_back(edges[i]);
  }
  // Both directions of a piece lie in one component, so a twin is never lost alone.
  for (RoadGraph::Edge& edge : kept) {
    if (edge.twin != RoadGraph::kNone) edge.twin = renumbered[edge.twin];
  }
  edges = std::move(kept);
}

void RoadGraphBuilder::numberJunctions() {
  std::vector<std::uint32_t> number(m_source.points.size(), RoadGraph::kNone);
  const auto numberOf = [&](std::uint32_t point) {
    if (number[point] == RoadGraph::kNone) {
      number[point] = static_cast<std::uint32_t>(m_graph.m_junctions.size());
      const RoadSource::Point& source = m_source.points[point];
      m_graph.m_junctions.push_back({source.place, source.rule == PointRule::lights});
    }
    return number[point];
  };
  GeoPoint low{90, 180};
  GeoPoint high{-90, -180};
  for (RoadGraph::Edge& edge : m_graph.m_edges) {
    edge.from = numberOf(edge.from);
    edge.to = numberOf(edge.to);
    m_graph.m_fastest = std::max(m_graph.m_fastest, double(edge.limit));
    const GeoPoint place = m_graph.m_junctions[edge.from].place;
    low = {std::min(low.latitude, place.latitude), std::min(low.longitude, place.longitude)};
    high = {std::max(high.latitude, place.latitude), std::max(high.longitude, place.longitude)};
  }
  m_graph.m_centre = {(low.latitude + high.latitude) / 2, (low.longitude + high.longitude) / 2};
}

void RoadGraphBuilder::indexEdges() {
  const auto count = static_cast<std::uint32_t>(m_graph.m_edges.size());
  m_graph.m_firstOutgoing.assign(m_graph.m_junctions.size() + 1, 0);
  for (const RoadGraph::Edge& edge : m_graph.m_edges) ++m_graph.m_firstOutgoing[edge.from + 1];
  for (std::size_t i = 1; i < m_graph.m_firstOutgoing.size(); ++i) {
    m_graph.m_firstOutgoing[i] += m_graph.m_firstOutgoing[i - 1];
  }
  m_graph.m_outgoing.resize(count);
  std::vector<std::uint32_t> fill(m_graph.m_firstOutgoing.begin(), m_graph.m_firstOutgoing.end() - 1);
  std::vector<std::pair<std::uint64_t, std::uint32_t>> cells;
  for (std::uint32_t i = 0; i < count; ++i) {
    m_graph.m_outgoing[fill[m_graph.m_edges[i].from]++] = i;
    cells.emplace_back(m_graph.cellOf(m_graph.m_junctions[m_graph.m_edges[i].from].place), i);
  }
  std::sort(cells.begin(), cells.end());
  for (const auto& [cell, edge] : cells) {
    m_graph.m_cells.push_back(cell);
    m_graph.m_byCell.push_back(edge);
  }
}

/// Where nothing is written, who comes from the lesser road gives way, and so does who enters a roundabout.
void RoadGraphBuilder::setYields() {
  std::vector<RoadClass> widest(m_graph.m_junctions.size(), RoadClass::service);
  std::vector<std::uint8_t> arms(m_graph.m_junctions.size(), 0);
  std::vector<bool> round(m_graph.m_junctions.size(), false);
  for (const RoadGraph::Edge& edge : m_graph.m_edges) {
    widest[edge.to] = std::min(widest[edge.to], edge.roadClass);
    arms[edge.to] = static_cast<std::uint8_t>(std::min(arms[edge.to] + 1, 9));
    if (edge.roundabout) round[edge.to] = true;
  }
  for (RoadGraph::Edge& edge : m_graph.m_edges) {
    if (edge.end != PointRule::none || edge.roundabout || m_graph.m_junctions[edge.to].hasLights) continue;
    const bool lesser = arms[edge.to] > 2 && widest[edge.to] < edge.roadClass && edge.roadClass > RoadClass::primary;
    if (round[edge.to] || lesser) edge.end = PointRule::giveWay;
  }
}

}  // namespace carport::sim
