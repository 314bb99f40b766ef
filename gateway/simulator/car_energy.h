#pragma once

#include "gateway/simulator/car_telemetry.h"

namespace carport::sim {

/// What a car uses, recovers and is given: rolling and air resistance, acceleration, heating and electronics against a
/// battery or a tank. Also how warm its motor is. Owner: the car; one thread.
class CarEnergy {
 public:
  static constexpr double kDepotKw = 11;  ///< a wall box
  static constexpr double kFastKw = 50;   ///< a charging station in town

  CarEnergy(VehicleKind kind, double percent, bool warm);

  /// `seconds` of driving from one speed to another, m/s.
  void drive(double seconds, double speedBefore, double speedAfter);
  /// `seconds` of standing. `chargeKw` 0: not connected; a tank takes any other number for the fuel pump.
  void stand(double seconds, bool ignition, double chargeKw);

  bool isElectric() const { return m_kind != VehicleKind::deliveryVan; }
  double percent() const { return m_percent; }
  /// Out of the battery, kW; negative while it is charged or brakes recover.
  double powerKw() const { return m_powerKw; }
  double volts() const;
  double motorCelsius() const { return m_celsius; }
  void overheat() { m_celsius = 128; }
  /// Seconds until `percent` is reached at a charging station or fuel pump.
  double secondsToReach(double percent) const;

 private:
  void use(double kilowatts, double seconds);
  void warm(double seconds, double wanted);

  const VehicleKind m_kind;
  double m_percent;
  double m_powerKw = 0;
  double m_celsius;
  bool m_ignition = false;
};

}  // namespace carport::sim
