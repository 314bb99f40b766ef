#pragma once

#include "gateway/base/clock.h"
#include "gateway/simulator/random.h"
#include "gateway/simulator/road_graph.h"
#include "gateway/simulator/route_finder.h"
#include "gateway/simulator/traffic_signals.h"

#include <cstddef>
#include <cstdint>

namespace carport::sim {

/// How somebody drives.
struct RoadStyle {
  double limitFactor = 1;     ///< cruising speed as a part of the speed limit
  double acceleration = 1.6;  ///< m/s²
  double braking = 2.0;       ///< m/s² in everyday braking
};

/// Drives one car along a route: keeps to its lane, the limit and what bends allow, waits at red lights and stop signs,
/// gives way, and in the end draws off the carriageway. Owner: the car; one thread. Graph and signals must outlive it.
class RoadDrive {
 public:
  /// The hardest braking, for lights that change late, m/s².
  static constexpr double kHardBraking = 4.0;
  /// A car's place is never further from the middle of a road, metres.
  static constexpr double kMaxSidewaysMetres = 8.5;

  RoadDrive(const RoadGraph& graph, const TrafficSignals& lights, const RoadStyle& style, std::uint64_t seed);

  /// Puts the car there, standing off the carriageway.
  void parkAt(RoadPosition position);
  /// Sets off along a route from where the car is, to `offset` metres along its last edge. An empty route is no drive.
  void follow(Route route, double offset);
  /// The car is `metres` further on its route already, and under way.
  void skipAhead(double metres);
  /// Lets time pass; `at` is when it begins. Ends early on arrival: returns the seconds that were left.
  double advance(double seconds, TimePoint at);
  /// The route ends at the roadside as soon as the car can stop there.
  void stopSoon();

  bool isDriving() const { return m_driving; }
  RoadPosition position() const { return {m_route[m_index], m_offset}; }
  GeoPoint place() const;
  double speedKmh() const { return m_speed * 3.6; }
  /// Of the newest step, m/s²; negative while braking.
  double acceleration() const { return m_acceleration; }
  /// Degrees clockwise from north.
  double heading() const { return m_heading; }
  double drivenMetres() const { return m_driven; }
  bool isInTunnel() const { return m_graph.edge(m_route[m_index]).tunnel; }

 private:
  void step(double seconds, TimePoint at);
  double wantedSpeed(TimePoint at);
  double junctionSpeed(std::size_t index, double ahead, TimePoint at);
  double signalSpeed(std::size_t index, double ahead, TimePoint at);
  double slowingTo(double speed, double metres) const;
  double lookAhead() const;
  void moveOn(double metres);
  void turn(double seconds);
  void drawSideways(double metres);
  double metresToEnd() const;
  double chance(std::size_t index) const;

  const RoadGraph& m_graph;
  const TrafficSignals& m_signals;
  const RoadStyle m_style;
  const std::uint64_t m_seed;
  Route m_route{0};
  std::size_t m_index = 0;  // in m_route
  double m_offset = 0;      // metres along the edge
  double m_endOffset = 0;   // on the last edge
  bool m_driving = false;
  double m_speed = 0;  // m/s
  double m_acceleration = 0;
  double m_heading = 0;
  double m_driven = 0;
  double m_sideways = 0;          // metres to the right of the road's middle
  double m_holdSeconds = 0;       // that the car waits at a stop line
  std::size_t m_clearedUpTo = 0;  // junctions before this one (by index in the route) need no further stop
};

}  // namespace carport::sim
