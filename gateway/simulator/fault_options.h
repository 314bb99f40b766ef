#pragma once

#include <optional>
#include <string_view>

namespace carport::sim {

/// What goes wrong in a simulated fleet, on demand. Rates are per car and hour of work.
struct FaultOptions {
  double gpsNoiseMetres = 1.6;     ///< typical error of a receiver, 0 to kMaxNoiseMetres
  double noFixPerHour = 0;         ///< stretches of 20 to 90 s without a fix, besides the tunnels of the streets
  double outagesPerHour = 0;       ///< times without network; what was measured meanwhile is sent afterwards
  double outageSeconds = 120;      ///< how long they last in the mean, up to kMaxOutageSeconds each
  double engineFaultsPerHour = 0;  ///< the car stops at the roadside, raises an alarm and is repaired
  double lowBatteryShare = 0;      ///< of the cars that begin nearly empty, 0 to 1

  static constexpr double kMaxNoiseMetres = 200;
  static constexpr double kMaxPerHour = 60;
  static constexpr double kMaxOutageSeconds = 3600;

  bool isPlausible() const {
    const auto within = [](double value, double most) { return value >= 0 && value <= most; };
    return within(gpsNoiseMetres, kMaxNoiseMetres) && within(noFixPerHour, kMaxPerHour) &&
           within(outagesPerHour, kMaxPerHour) && within(outageSeconds, kMaxOutageSeconds) &&
           within(engineFaultsPerHour, kMaxPerHour) && within(lowBatteryShare, 1);
  }

  /// "none", "some" (a good day of a large fleet) or "many" (a bad one).
  static std::optional<FaultOptions> preset(std::string_view name) {
    if (name == "none") return FaultOptions{};
    if (name == "some") return FaultOptions{2.5, 0.3, 0.15, 90, 0.05, 0.02};
    if (name == "many") return FaultOptions{12, 4, 3, 120, 0.8, 0.15};
    return std::nullopt;
  }
};

}  // namespace carport::sim
