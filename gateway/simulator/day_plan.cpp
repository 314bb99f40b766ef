#include "gateway/simulator/day_plan.h"

#include <algorithm>

namespace carport::sim {

namespace {
constexpr double kHour = 3600;
constexpr float kShortestStopEdge = 25;  // metres
constexpr int kTries = 14;
constexpr double kGuessedMps = 6.5;  // junctions included
constexpr double kDetour = 1.35;     // of roads against the straight line
constexpr double kDepotMetres = 260;

/// What a kind of work looks like.
struct Work {
  double leaveHour;
  double leaveSpreadHours;
  double shiftHours;
  double leastMetres;  // from stop to stop
  double mostMetres;
  double leastStopSeconds;
  double mostStopSeconds;
};

Work workOf(VehicleKind kind, std::uint64_t carSeed) {
  switch (kind) {
    case VehicleKind::deliveryVan:
      return {6.5, 2, 8.5, 250, 1600, 45, 240};
    case VehicleKind::taxi: {
      const bool evening = Random(carSeed ^ 0x7a21).chance(0.3);
      return {evening ? 15.5 : 6.0, 2, 9, 700, 3800, 30, 420};
    }
    default:
      return {7.5, 1.5, 8.5, 900, 4200, 240, 1500};
  }
}
}  // namespace

DayPlanner::DayPlanner(const RoadGraph& graph, std::size_t cars, std::uint64_t seed) : m_graph(graph) {
  Random random(seed * 31 + 7);
  const std::size_t wanted = std::clamp<std::size_t>(cars / kCarsPerDepot, 3, kMaxDepots);
  // Yards and car parks before streets.
  std::vector<std::uint32_t> yards;
  for (std::uint32_t edge = 0; edge < graph.edges().size(); ++edge) {
    if (graph.edge(edge).roadClass == RoadClass::service && suits(edge)) yards.push_back(edge);
  }
  for (std::size_t i = 0; i < wanted; ++i) {
    if (yards.empty()) {
      m_depots.push_back(anywhere(random));
    } else {
      const std::uint32_t yard = yards[random.index(yards.size())];
      m_depots.push_back({yard, double(graph.edge(yard).lengthMetres) / 2});
    }
  }
}

bool DayPlanner::suits(std::uint32_t edge) const {
  const RoadGraph::Edge& road = m_graph.edge(edge);
  return road.roadClass >= RoadClass::secondary && !road.tunnel && !road.roundabout &&
         road.lengthMetres >= kShortestStopEdge;
}

RoadPosition DayPlanner::anywhere(Random& random) const {
  std::uint32_t edge = 0;
  for (int i = 0; i < kTries; ++i) {
    edge = static_cast<std::uint32_t>(random.index(m_graph.edges().size()));
    if (suits(edge)) break;
  }
  return {edge, random.between(0.25, 0.75) * double(m_graph.edge(edge).lengthMetres)};
}

RoadPosition DayPlanner::closeTo(GeoPoint place, double least, double most, Random& random) const {
  for (int i = 0; i < kTries; ++i) {
    const auto edges = m_graph.edgesNear(moved(place, random.between(0, 360), random.between(least, most)));
    if (edges.empty()) continue;
    const std::uint32_t edge = edges[random.index(edges.size())];
    if (suits(edge)) return {edge, random.between(0.15, 0.85) * double(m_graph.edge(edge).lengthMetres)};
  }
  return anywhere(random);
}

RoadPosition DayPlanner::homeOf(std::uint64_t carSeed) const {
  Random random(carSeed ^ 0x40a3);
  const RoadPosition depot = m_depots[random.index(m_depots.size())];
  return closeTo(m_graph.placeOf(depot), 0, kDepotMetres, random);
}

double DayPlanner::dayStartOf(VehicleKind kind, std::uint64_t carSeed) {
  return workOf(kind, carSeed).leaveHour * kHour - kLeadSeconds;
}

double DayPlanner::drivingSeconds(RoadPosition from, RoadPosition to) const {
  return 15 + kDetour * distanceMetres(m_graph.placeOf(from), m_graph.placeOf(to)) / kGuessedMps;
}

DayPlan DayPlanner::plan(VehicleKind kind, RoadPosition home, std::uint64_t carSeed, std::int64_t day) const {
  const Work work = workOf(kind, carSeed);
  Random random(carSeed * 2'654'435'761ULL + static_cast<std::uint64_t>(day));
  DayPlan plan;
  plan.leaveSecond = kLeadSeconds + random.between(0, work.leaveSpreadHours * kHour);
  const double breakAfter = work.shiftHours * kHour * random.between(0.4, 0.55);
  RoadPosition here = home;
  bool hadBreak = false;
  for (double worked = 0; worked < work.shiftHours * kHour && plan.stops.size() < DayPlan::kMaxStops;) {
    PlannedStop stop{closeTo(m_graph.placeOf(here), work.leastMetres, work.mostMetres, random),
                     random.between(work.leastStopSeconds, work.mostStopSeconds)};
    worked += drivingSeconds(here, stop.place);
    if (!hadBreak && worked >= breakAfter) {
      stop.seconds = random.between(0.5, 0.8) * kHour;
      hadBreak = true;
    }
    worked += stop.seconds;
    here = stop.place;
    plan.stops.push_back(stop);
  }
  return plan;
}

}  // namespace carport::sim
