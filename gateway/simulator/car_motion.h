#pragma once

#include "gateway/simulator/random.h"
#include "gateway/simulator/street_map.h"

#include <cstdint>

namespace carport::sim {

/// How a car drives; metres and seconds.
struct DrivingStyle {
  double limitFactor = 1;              ///< cruising speed as a part of the speed limit
  double acceleration = 1.6;           ///< m/s²
  double braking = 2.0;                ///< m/s² in everyday braking
  double pauseChance = 0.04;           ///< at the end of a street: a stop for work, ignition on
  double parkChance = 0.01;            ///< at the end of a street: ignition off
  double harshBrakingChance = 0.0004;  ///< a second, while driving
};

enum class MotionPhase : std::uint8_t {
  driving,
  waiting,  ///< at a junction
  pausing,  ///< working: standing with the ignition on
  parked,   ///< ignition off
};

/// Drives one car along the streets: accelerates, cruises, slows for bends, stops at junctions, pauses, parks. The same
/// map, style and seed always give the same drive. Owner: the car; one thread. The map must outlive it.
class CarMotion {
 public:
  /// The hardest that a car ever brakes, m/s².
  static constexpr double kHarshBraking = 6.0;
  /// More time than this in one call is cut: a car that was away that long may as well have rested.
  static constexpr double kMaxAdvanceSeconds = 600;

  CarMotion(const StreetMap& map, const DrivingStyle& style, std::uint64_t seed);

  /// Lets time pass.
  void advance(double seconds);

  GeoPoint place() const;
  double speedKmh() const { return m_speed * 3.6; }
  /// Of the newest step, m/s²; negative while braking.
  double acceleration() const { return m_acceleration; }
  /// Degrees clockwise from north.
  double heading() const { return m_heading; }
  double drivenMetres() const { return m_driven; }
  MotionPhase phase() const { return m_phase; }
  bool ignition() const { return m_phase != MotionPhase::parked; }

  /// The car parks for `seconds` at the end of its street, to be charged or fuelled.
  void parkAtNextStop(double seconds) { m_wantedParkSeconds = seconds; }
  /// Counts how often the car has braked harshly.
  std::uint32_t harshBrakings() const { return m_harshBrakings; }

 private:
  void step(double seconds);
  void drive(double seconds);
  void turn(double seconds);
  void enterStreet(std::uint32_t street, double offset);
  void planExit();
  void arrive();
  void rest(MotionPhase phase, double seconds);
  std::uint32_t chooseNext();
  double wantedSpeed(double metresAhead) const;

  const StreetMap& m_map;
  const DrivingStyle m_style;
  Random m_random;
  MotionPhase m_phase = MotionPhase::driving;
  MotionPhase m_restAtExit = MotionPhase::driving;  // driving: no stop at the street's end
  std::uint32_t m_street = 0;
  std::uint32_t m_nextStreet = 0;
  double m_offset = 0;     // metres along the street
  double m_speed = 0;      // m/s
  double m_exitSpeed = 0;  // m/s at the street's end
  double m_acceleration = 0;
  double m_heading = 0;
  double m_driven = 0;
  double m_restSeconds = 0;
  double m_wantedParkSeconds = 0;
  double m_harshUntilSpeed = 0;  // above 0 while braking harshly
  std::uint32_t m_harshBrakings = 0;
};

}  // namespace carport::sim
