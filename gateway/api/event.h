#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/strong_id.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace carport::api {

enum class Severity : std::uint8_t { info, warning, alarm };

inline constexpr std::size_t kMaxEventBytes = 16 * 1024;

/// Something that happened to a car, as it reported it on `cars/{id}/event`:
/// JSON {"name", "severity"?, "message"?, "active"?, "ts"?, …}. An alarm stays until the same name comes with active =
/// false.
struct Event {
  EventNumber number;
  PrincipalNumber car;
  TimePoint time{};
  TimePoint arrival{};
  std::string name;  ///< for example "battery low"
  Severity severity = Severity::info;
  bool active = true;
  std::string message;      ///< for people; may be empty
  std::string data = "{}";  ///< the whole object as it came, JSON text

  bool operator==(const Event&) const = default;
};

}  // namespace carport::api
