#pragma once

#include "gateway/base/clock.h"
#include "gateway/simulator/car_source.h"
#include "gateway/simulator/geo.h"

#include <cstdint>
#include <optional>
#include <string>

namespace carport::sim {

enum class VehicleKind : std::uint8_t { electricCar, deliveryVan, taxi };

/// Everything that a simulated car measures, before it is rounded for sending.
struct CarReadout {
  GeoPoint place;  ///< with the noise of its receiver
  double altitudeMetres = 0;
  double speedKmh = 0;
  double heading = 0;
  double energyPercent = 0;  ///< state of charge, or fuel in the tank
  double batteryVolts = 0;   ///< of the drive battery, or of the 12 V one
  double motorCelsius = 0;
  double odometerKm = 0;
};

/// What a message says besides what was measured.
struct CarFlags {
  bool electric = false;
  bool hasFix = true;  ///< without: neither place, altitude nor heading
  bool ignition = false;
  bool locked = false;
  std::optional<bool> horn;  ///< told only where there is a value, so that everyday messages stay short
  std::optional<bool> lights;
  std::optional<bool> charging;
  std::optional<double> powerKw;
};

/// Appends one telemetry message, a JSON object (docs/api.md).
void appendTelemetry(std::string& json, std::int64_t ts, const CarReadout& readout, const CarFlags& flags);

/// The message of `cars/{id}/event`. Neither name nor message may need escaping in JSON.
CarMessage carEvent(TimePoint now, const char* name, const char* severity, bool active, const std::string& message);

/// Hills: smooth, made up, and the same for everybody who passes. Metres.
double altitudeAt(GeoPoint place, GeoPoint centre);

}  // namespace carport::sim
