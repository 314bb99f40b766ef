#pragma once

#include "gateway/api/connection.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace carport {

/// How MQTT comes in at a port.
enum class MqttTransport : std::uint8_t { tcp, tls, webSocket, secureWebSocket };
inline constexpr std::size_t kMqttTransports = 4;

/// The same as the API has it.
constexpr api::Doorway doorwayOf(MqttTransport transport) {
  constexpr api::Doorway kDoorways[] = {api::Doorway::mqtt, api::Doorway::mqtts, api::Doorway::ws, api::Doorway::wss};
  return kDoorways[static_cast<std::size_t>(transport)];
}

/// What the log and error sentences call it: "MQTT", "MQTT over TLS", …
std::string_view toText(MqttTransport transport);

}  // namespace carport
