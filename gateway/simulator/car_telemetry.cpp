#include "gateway/simulator/car_telemetry.h"

#include "gateway/simulator/number_text.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

namespace carport::sim {

void appendTelemetry(std::string& json, std::int64_t ts, const CarReadout& readout, const CarFlags& flags) {
  const auto number = [&json](std::string_view name, double value, int decimals) {
    json.append(name);
    appendFixed(json, value, decimals);
  };
  const auto flag = [&json](std::string_view name, bool value) { json.append(name).append(value ? "true" : "false"); };
  json += R"({"ts":)";
  appendInteger(json, ts);
  if (flags.hasFix) {
    number(R"(,"lat":)", readout.place.latitude, 6);
    number(R"(,"lon":)", readout.place.longitude, 6);
    number(R"(,"alt":)", readout.altitudeMetres, 1);
  }
  number(R"(,"speed":)", readout.speedKmh, 1);
  if (flags.hasFix) number(R"(,"heading":)", readout.heading >= 359.95 ? 0.0 : readout.heading, 1);
  number(flags.electric ? R"(,"soc":)" : R"(,"fuel":)", readout.energyPercent, 1);
  number(R"(,"batteryVoltage":)", readout.batteryVolts, 1);
  number(R"(,"engineTemperature":)", readout.motorCelsius, 1);
  number(R"(,"odometer":)", readout.odometerKm, 1);
  if (flags.powerKw) number(R"(,"power":)", *flags.powerKw, 1);
  flag(R"(,"ignition":)", flags.ignition);
  flag(R"(,"locked":)", flags.locked);
  if (flags.charging) flag(R"(,"charging":)", *flags.charging);
  if (flags.horn) flag(R"(,"horn":)", *flags.horn);
  if (flags.lights) flag(R"(,"lightsFlashing":)", *flags.lights);
  json += '}';
}

CarMessage carEvent(TimePoint now, const char* name, const char* severity, bool active, const std::string& message) {
  return {"event",
          fmt::format(R"({{"ts":{},"name":"{}","severity":"{}","active":{},"message":"{}"}})", toMs(now), name,
                      severity, active, message),
          toMs(now)};
}

double altitudeAt(GeoPoint place, GeoPoint centre) {
  const double north = (place.latitude - centre.latitude) * 111'195;
  const double east = (place.longitude - centre.longitude) * 75'000;
  return 265 + 18 * std::sin(north / 2100) + 14 * std::cos(east / 1700) + 30 * std::sin((north + east) / 9000);
}

}  // namespace carport::sim
