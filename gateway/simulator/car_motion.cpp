#include "gateway/simulator/car_motion.h"

#include <algorithm>
#include <cmath>

namespace carport::sim {

namespace {
constexpr double kStepSeconds = 0.25;
constexpr double kLaneMetres = 3;    // right of the street's middle
constexpr double kCreepSpeed = 0.6;  // m/s over the last metre before a stop
constexpr double kStopWithinMetres = 0.6;
constexpr double kTurnDegreesPerSecond = 60;
constexpr double kLightsChance = 0.22;  // red lights, or somebody who has the right of way

/// The difference of two directions, -180 to 180 degrees.
double turnBetween(double from, double to) {
  return std::remainder(to - from, 360.0);
}

/// How fast a junction is taken, m/s, by how sharp the turn is.
double cornerSpeed(double turnDegrees) {
  const double sharp = std::abs(turnDegrees);
  if (sharp < 25) return 30;
  if (sharp < 60) return 9;
  return sharp < 130 ? 5 : 1.8;
}
}  // namespace

CarMotion::CarMotion(const StreetMap& map, const DrivingStyle& style, std::uint64_t seed)
    : m_map(map), m_style(style), m_random(seed) {
  const auto street = static_cast<std::uint32_t>(m_random.index(map.streets().size()));
  enterStreet(street, m_random.between(0, 0.7) * map.street(street).lengthMetres);
  m_heading = map.street(street).bearing;
  const double mood = m_random.unit();  // a fleet is seldom all on the road
  if (mood < 0.12) {
    rest(MotionPhase::pausing, m_random.between(5, 150));
  } else if (mood < 0.24) {
    rest(MotionPhase::parked, m_random.between(30, 900));
  } else {
    m_speed = std::min(wantedSpeed(map.street(street).lengthMetres - m_offset), 10.0);
  }
}

void CarMotion::advance(double seconds) {
  double left = std::clamp(seconds, 0.0, kMaxAdvanceSeconds);
  while (left > 0) {
    const double now = std::min(left, kStepSeconds);
    step(now);
    left -= now;
  }
}

GeoPoint CarMotion::place() const {
  const StreetMap::Street& street = m_map.street(m_street);
  const GeoPoint middle = moved(m_map.junction(street.from), street.bearing, m_offset);
  return moved(middle, street.bearing + 90, kLaneMetres);
}

void CarMotion::step(double seconds) {
  if (m_phase == MotionPhase::driving) {
    drive(seconds);
    return;
  }
  m_acceleration = 0;
  m_restSeconds -= seconds;
  if (m_restSeconds > 0) return;
  m_phase = MotionPhase::driving;
  if (m_offset >= m_map.street(m_street).lengthMetres - kStopWithinMetres) enterStreet(m_nextStreet, 0);
}

void CarMotion::drive(double seconds) {
  const double length = m_map.street(m_street).lengthMetres;
  const double before = m_speed;
  const bool wasHarsh = m_harshUntilSpeed > 0;
  if (!wasHarsh && m_speed > 7 && m_random.chance(m_style.harshBrakingChance * seconds)) {
    m_harshUntilSpeed = m_speed * m_random.between(0.2, 0.5);
    ++m_harshBrakings;
  }
  if (m_harshUntilSpeed > 0) {
    m_speed = std::max(m_harshUntilSpeed, m_speed - kHarshBraking * seconds);
    if (m_speed <= m_harshUntilSpeed) m_harshUntilSpeed = 0;
  } else {
    const double wanted = wantedSpeed(length - m_offset);
    m_speed = wanted > m_speed ? std::min(wanted, m_speed + m_style.acceleration * seconds)
                               : std::max(wanted, m_speed - 1.5 * m_style.braking * seconds);
  }
  m_acceleration = (m_speed - before) / seconds;
  const double stepMetres = m_speed * seconds;
  m_offset += stepMetres;
  m_driven += stepMetres;
  turn(seconds);
  const bool stopsHere = m_exitSpeed <= 0;
  if (m_offset >= length - (stopsHere ? kStopWithinMetres : 0)) arrive();
}

void CarMotion::turn(double seconds) {
  const double wanted = turnBetween(m_heading, m_map.street(m_street).bearing);
  const double most = kTurnDegreesPerSecond * seconds;
  m_heading = std::fmod(m_heading + std::clamp(wanted, -most, most) + 360, 360);
}

double CarMotion::wantedSpeed(double metresAhead) const {
  const double cruise = m_map.street(m_street).limitKmh / 3.6 * m_style.limitFactor;
  const double ahead = std::max(0.0, metresAhead - (m_exitSpeed <= 0 ? kStopWithinMetres / 2 : 0));
  // Slow enough that braking from the end of this step on is still early enough.
  const double perStep = m_style.braking * kStepSeconds;
  const double braking =
      std::sqrt(perStep * perStep + m_exitSpeed * m_exitSpeed + 2 * m_style.braking * ahead) - perStep;
  const double slowing = std::max(m_exitSpeed, braking);
  return std::max(kCreepSpeed, std::min(cruise, slowing));
}

void CarMotion::enterStreet(std::uint32_t street, double offset) {
  m_street = street;
  m_offset = std::min(offset, m_map.street(street).lengthMetres);
  planExit();
}

void CarMotion::planExit() {
  m_nextStreet = chooseNext();
  const StreetMap::Street& here = m_map.street(m_street);
  const StreetMap::Street& next = m_map.street(m_nextStreet);
  m_restAtExit = MotionPhase::driving;
  if (m_wantedParkSeconds > 0 || m_random.chance(m_style.parkChance)) {
    m_restAtExit = MotionPhase::parked;
  } else if (m_random.chance(m_style.pauseChance)) {
    m_restAtExit = MotionPhase::pausing;
  } else if (m_random.chance(kLightsChance)) {
    m_restAtExit = MotionPhase::waiting;
  }
  const double cruise = std::min(here.limitKmh, next.limitKmh) / 3.6 * m_style.limitFactor;
  m_exitSpeed =
      m_restAtExit == MotionPhase::driving ? std::min(cruise, cornerSpeed(turnBetween(here.bearing, next.bearing))) : 0;
}

void CarMotion::arrive() {
  switch (m_restAtExit) {
    case MotionPhase::driving:
      enterStreet(m_nextStreet, m_offset - m_map.street(m_street).lengthMetres);
      break;
    case MotionPhase::waiting:
      rest(MotionPhase::waiting, m_random.between(2, 22));
      break;
    case MotionPhase::pausing:
      rest(MotionPhase::pausing, m_random.between(25, 150));
      break;
    case MotionPhase::parked:
      rest(MotionPhase::parked, m_wantedParkSeconds > 0 ? m_wantedParkSeconds : m_random.between(240, 1200));
      m_wantedParkSeconds = 0;
      break;
  }
}

void CarMotion::rest(MotionPhase phase, double seconds) {
  m_phase = phase;
  m_restSeconds = seconds;
  m_speed = 0;
  m_harshUntilSpeed = 0;
}

std::uint32_t CarMotion::chooseNext() {
  const StreetMap::Street& here = m_map.street(m_street);
  std::uint32_t chosen = 0;
  double total = 0;
  for (const std::uint32_t candidate : m_map.streetsFrom(here.to)) {
    const StreetMap::Street& street = m_map.street(candidate);
    const bool back = street.to == here.from;
    const double sharp = std::abs(turnBetween(here.bearing, street.bearing));
    double weight = back ? 0.0001 : (sharp < 30 ? 3.0 : 1.0);  // back only out of a dead end
    weight *= street.limitKmh / 50;
    total += weight;
    if (m_random.unit() * total < weight) chosen = candidate;  // reservoir of one
  }
  return chosen;
}

}  // namespace carport::sim
