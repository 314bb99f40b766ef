#include "gateway/simulator/road_drive.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace carport::sim {

namespace {
constexpr double kDriveStepSeconds = 0.25;
constexpr double kRoadLaneMetres = 1.75;  // right of the middle, where traffic comes from ahead
constexpr double kRoadsideMetres = 1.2;   // beyond the edge of the carriageway
constexpr double kDrawOffMetres = 22;     // before the end of the route, sideways
constexpr double kSidewaysPerMetre = 0.3;
constexpr double kLineMetres = 2;     // between a standing car and the line
constexpr double kQueueMetres = 6.5;  // of each car that stands in front
constexpr double kQueueLength = 4;
constexpr double kCreepMps = 0.6;
constexpr double kArrivedMetres = 0.5;
constexpr double kTurnPerSecond = 75;  // degrees
constexpr double kGiveWaySpeed = 4.5;  // m/s
constexpr double kGiveWayStops = 0.3;  // of those who give way

double turnOf(double from, double to) {
  return std::remainder(to - from, 360.0);
}

/// How fast a junction is taken, m/s, by how sharp the turn is.
double turnSpeed(double degrees) {
  const double sharp = std::abs(degrees);
  if (sharp < 20) return 1000;
  if (sharp < 45) return 11;
  if (sharp < 75) return 7;
  return sharp < 135 ? 4.8 : 2;
}
}  // namespace

RoadDrive::RoadDrive(const RoadGraph& graph, const TrafficSignals& lights, const RoadStyle& style, std::uint64_t seed)
    : m_graph(graph), m_signals(lights), m_style(style), m_seed(seed) {
  parkAt({0, 0});
}

void RoadDrive::parkAt(RoadPosition position) {
  m_route = {position.edge};
  m_index = 0;
  m_offset = m_endOffset = std::clamp(position.offset, 0.0, double(m_graph.edge(position.edge).lengthMetres));
  m_driving = false;
  m_speed = m_acceleration = 0;
  m_sideways = halfWidthMetres(m_graph.edge(position.edge).roadClass) + kRoadsideMetres;
  const auto line = m_graph.points(position.edge);
  m_heading = line.front().bearing;
  for (const RoadGraph::Point& point : line) {
    if (double(point.along) <= m_offset) m_heading = point.bearing;
  }
}

void RoadDrive::follow(Route route, double offset) {
  if (route.empty()) return;
  m_route = std::move(route);
  m_index = 0;
  m_clearedUpTo = 0;
  m_holdSeconds = 0;
  m_endOffset = std::clamp(offset, 0.0, double(m_graph.edge(m_route.back()).lengthMetres));
  m_driving = true;
}

void RoadDrive::skipAhead(double metres) {
  if (!m_driving) return;
  const double most = metresToEnd() - 2 * kDrawOffMetres;
  if (most <= 0) return;
  const double before = m_driven;
  moveOn(std::min(metres, most));
  m_driven = before;
  const RoadGraph::Edge& edge = m_graph.edge(m_route[m_index]);
  m_sideways = edge.twin == RoadGraph::kNone ? 0 : kRoadLaneMetres;
  for (const RoadGraph::Point& point : m_graph.points(m_route[m_index])) {
    if (double(point.along) <= m_offset) m_heading = point.bearing;
  }
  // Slow enough for a red light at the end of this piece.
  m_speed = std::min({8.0, double(edge.limit) * m_style.limitFactor,
                      slowingTo(0, double(edge.lengthMetres) - m_offset - kLineMetres)});
}

double RoadDrive::advance(double seconds, TimePoint at) {
  double left = seconds;
  while (left > 0 && m_driving) {
    const double now = std::min(left, kDriveStepSeconds);
    step(now, at);
    left -= now;
    at += Milliseconds(static_cast<std::int64_t>(now * 1000));
  }
  return left;
}

void RoadDrive::stopSoon() {
  if (!m_driving) return;
  double left = m_speed * m_speed / (2 * m_style.braking) + kDrawOffMetres;
  std::size_t index = m_index;
  double offset = m_offset;
  while (index + 1 < m_route.size() && offset + left > double(m_graph.edge(m_route[index]).lengthMetres)) {
    left -= double(m_graph.edge(m_route[index]).lengthMetres) - offset;
    offset = 0;
    ++index;
  }
  if (index + 1 == m_route.size() && offset + left >= m_endOffset) return;  // it arrives first
  m_route.resize(index + 1);
  m_endOffset = offset + left;
}

void RoadDrive::step(double seconds, TimePoint at) {
  const double before = m_speed;
  if (m_holdSeconds > 0) {
    m_holdSeconds -= seconds;
    m_speed = m_acceleration = 0;
    if (m_holdSeconds <= 0) m_clearedUpTo = m_index + 1;
    return;
  }
  const double wanted = wantedSpeed(at);
  m_speed = wanted > m_speed ? std::min(wanted, m_speed + m_style.acceleration * seconds)
                             : std::max(wanted, m_speed - kHardBraking * seconds);
  m_acceleration = (m_speed - before) / seconds;
  const double metres = m_speed * seconds;
  moveOn(metres);
  turn(seconds);
  drawSideways(metres);
  if (m_index + 1 == m_route.size() && m_offset >= m_endOffset - kArrivedMetres) {
    m_offset = std::min(m_offset, m_endOffset);
    m_speed = m_acceleration = 0;
    m_driving = false;
  }
}

double RoadDrive::lookAhead() const {
  return m_speed * m_speed / (2 * m_style.braking) + m_speed + 35;
}

double RoadDrive::slowingTo(double speed, double metres) const {
  // Slow enough that braking from the end of this step on is still early enough.
  const double perStep = m_style.braking * kDriveStepSeconds;
  const double allowed =
      std::sqrt(perStep * perStep + speed * speed + 2 * m_style.braking * std::max(0.0, metres)) - perStep;
  return std::max(speed, allowed);
}

double RoadDrive::wantedSpeed(TimePoint at) {
  const double horizon = lookAhead();
  double wanted = double(m_graph.edge(m_route[m_index]).limit) * m_style.limitFactor;
  double start = -m_offset;  // of the edge, ahead of the car
  for (std::size_t index = m_index; index < m_route.size() && start < horizon; ++index) {
    const RoadGraph::Edge& edge = m_graph.edge(m_route[index]);
    if (start > 0) wanted = std::min(wanted, slowingTo(double(edge.limit) * m_style.limitFactor, start));
    for (const RoadGraph::Point& point : m_graph.points(m_route[index])) {
      const double ahead = start + double(point.along);
      if (ahead > horizon) break;
      if (ahead > 0 && point.cap < 40) wanted = std::min(wanted, slowingTo(double(point.cap), ahead));
    }
    if (index + 1 == m_route.size()) {
      const double ahead = start + m_endOffset - kArrivedMetres / 2;
      return std::min(wanted, std::max(kCreepMps, slowingTo(0, ahead)));
    }
    start += double(edge.lengthMetres);
    if (start < horizon) wanted = std::min(wanted, junctionSpeed(index, start, at));
  }
  return wanted;
}

double RoadDrive::junctionSpeed(std::size_t index, double ahead, TimePoint at) {
  const std::uint32_t edge = m_route[index];
  const double degrees = turnOf(m_graph.bearingAtEnd(edge), m_graph.bearingAtStart(m_route[index + 1]));
  const double corner = slowingTo(turnSpeed(degrees), ahead);
  switch (m_graph.edge(edge).end) {
    case PointRule::lights:
      return std::min(corner, signalSpeed(index, ahead, at));
    case PointRule::stop:
    case PointRule::giveWay: {
      if (index < m_clearedUpTo) return corner;
      const bool stops = m_graph.edge(edge).end == PointRule::stop || chance(index) < kGiveWayStops;
      if (!stops) return std::min(corner, slowingTo(kGiveWaySpeed, ahead - 1));
      if (index == m_index && ahead < kLineMetres + 0.4) m_holdSeconds = 1.5 + 3 * chance(index + 1);
      return std::min(corner, std::max(kCreepMps, slowingTo(0, ahead - kLineMetres)));
    }
    default:
      return corner;
  }
}

double RoadDrive::signalSpeed(std::size_t index, double ahead, TimePoint at) {
  const SignalAspect aspect = m_signals.aspect(m_route[index], at);
  if (aspect == SignalAspect::green) return 1000;
  const double toLine = ahead - kLineMetres;
  // Who cannot stop any more drives on while it is amber.
  if (aspect == SignalAspect::amber && toLine < m_speed * m_speed / (2 * kHardBraking)) return 1000;
  if (toLine < 0 && m_speed > kCreepMps) return 1000;  // over the line already
  // Others wait in front: cars know nothing of each other, so each makes up its place in the queue.
  const double queue = toLine - kQueueMetres * std::floor(kQueueLength * chance(index));
  const bool queues = queue > m_speed * m_speed / (2 * kHardBraking) && index == m_index;
  const double metres = queues ? queue : toLine;
  return metres <= 0.3 ? 0 : slowingTo(0, metres);
}

/// From 0 to below 1; the same for the same car, route and junction.
double RoadDrive::chance(std::size_t index) const {
  return Random(m_seed ^ (std::uint64_t{m_route[std::min(index, m_route.size() - 1)]} << 20) ^ index).unit();
}

void RoadDrive::moveOn(double metres) {
  m_offset += metres;
  m_driven += metres;
  while (m_index + 1 < m_route.size() && m_offset >= double(m_graph.edge(m_route[m_index]).lengthMetres)) {
    m_offset -= double(m_graph.edge(m_route[m_index]).lengthMetres);
    ++m_index;
  }
  m_offset = std::min(m_offset, double(m_graph.edge(m_route[m_index]).lengthMetres));
}

void RoadDrive::turn(double seconds) {
  if (m_speed <= 0) return;
  const auto line = m_graph.points(m_route[m_index]);
  double wanted = line.front().bearing;
  for (const RoadGraph::Point& point : line) {
    if (double(point.along) > m_offset) break;
    wanted = point.bearing;
  }
  const double most = kTurnPerSecond * seconds;
  m_heading = std::fmod(m_heading + std::clamp(turnOf(m_heading, wanted), -most, most) + 360, 360);
}

void RoadDrive::drawSideways(double metres) {
  const RoadGraph::Edge& edge = m_graph.edge(m_route[m_index]);
  const bool ending = m_index + 1 == m_route.size() && m_endOffset - m_offset < kDrawOffMetres;
  const double wanted = ending ? halfWidthMetres(edge.roadClass) + kRoadsideMetres
                               : (edge.twin == RoadGraph::kNone ? 0 : kRoadLaneMetres);
  const double most = kSidewaysPerMetre * metres;
  m_sideways += std::clamp(wanted - m_sideways, -most, most);
}

double RoadDrive::metresToEnd() const {
  double metres = m_endOffset - m_offset;
  for (std::size_t i = m_index; i + 1 < m_route.size(); ++i) metres += double(m_graph.edge(m_route[i]).lengthMetres);
  return metres;
}

GeoPoint RoadDrive::place() const {
  return moved(m_graph.placeOf(position()), m_heading + 90, m_sideways);
}

}  // namespace carport::sim
