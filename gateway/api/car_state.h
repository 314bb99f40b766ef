#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/strong_id.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace carport::api {

/// What a car is doing now. Numbers travel in live frames: never renumber.
enum class Activity : std::uint8_t { unknown = 0, driving = 1, idling = 2, parked = 3, silent = 4, alarm = 5 };

/// A car whose newest message is older than this is silent.
inline constexpr Milliseconds kSilentAfter = std::chrono::minutes(5);
/// From this speed on a car is driving, in km/h.
inline constexpr double kDrivingKmh = 3.0;
/// A standing car idles this long after it last drove, then it is parked.
inline constexpr Milliseconds kIdlingFor = std::chrono::minutes(3);

/// Names of the metrics that Carport understands itself; everything else is the car's own.
namespace metric {
inline constexpr const char* kLatitude = "lat";     ///< WGS 84 degrees, -90 to 90
inline constexpr const char* kLongitude = "lon";    ///< WGS 84 degrees, -180 to 180
inline constexpr const char* kAltitude = "alt";     ///< metres above the ellipsoid or sea, as the car has it
inline constexpr const char* kSpeed = "speed";      ///< km/h
inline constexpr const char* kHeading = "heading";  ///< degrees clockwise from north, 0 to 360
}  // namespace metric

/// The part of a car's state that moves on the map. 37 bytes on the wire (see live_frame.h).
struct CarPosition {
  PrincipalNumber car;
  TimePoint time{};                                             ///< of the newest sample
  double latitude = std::numeric_limits<double>::quiet_NaN();   ///< degrees; NaN: never had a fix
  double longitude = std::numeric_limits<double>::quiet_NaN();  ///< degrees
  float speed = std::numeric_limits<float>::quiet_NaN();        ///< km/h; NaN: unknown
  float heading = std::numeric_limits<float>::quiet_NaN();      ///< degrees; NaN: unknown
  Activity activity = Activity::unknown;
  bool connected = false;

  bool hasFix() const { return !std::isnan(latitude) && !std::isnan(longitude); }
};

/// The newest value of one metric.
struct LatestMetric {
  double value = 0;
  TimePoint time{};
};
using AttributeValue = std::variant<bool, std::string>;
struct LatestAttribute {
  AttributeValue value;
  TimePoint time{};
};

/// A field of a message that was refused while the rest was kept.
struct Refusal {
  TimePoint time{};    ///< arrival
  std::string field;   ///< its name; empty: the whole message
  std::string reason;  ///< a sentence for a person

  bool operator==(const Refusal&) const = default;
};

/// Everything that is known about what a car is doing now.
struct CarState {
  CarPosition position;
  TimePoint arrival{};  ///< when the newest message came
  std::map<std::string, LatestMetric> metrics;
  std::map<std::string, LatestAttribute> attributes;
  std::vector<std::string> activeAlarms;  ///< names of events with severity alarm that are still active
  std::vector<Refusal> refusals;          ///< the newest of each field, at most kMaxRefusals, newest first

  static constexpr std::size_t kMaxRefusals = 20;
};

}  // namespace carport::api
