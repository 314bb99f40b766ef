#pragma once

#include "gateway/api/event.h"
#include "gateway/base/result.h"

#include <cstddef>
#include <string_view>

namespace carport::payload {

/// Longest name of an event, in bytes.
inline constexpr std::size_t kMaxEventNameBytes = 64;
/// Longest message of an event, in bytes.
inline constexpr std::size_t kMaxEventMessageBytes = 1000;

/// An event payload (docs/api.md, "MQTT"): a JSON object {"name", "severity"?, "message"?, "active"?, "ts"?, …}. The
/// number is left 0. Fails with PayloadErrc and a sentence where it is not that. A `ts` that is not believable (see
/// TelemetryDecoder) is replaced by the arrival.
Result<api::Event> decodeEvent(PrincipalNumber car, std::string_view payload, TimePoint arrival);

}  // namespace carport::payload
