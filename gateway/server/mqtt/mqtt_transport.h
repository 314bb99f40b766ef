#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace carport {

/// How MQTT comes in at a port.
enum class MqttTransport : std::uint8_t { tcp, tls, webSocket, secureWebSocket };
inline constexpr std::size_t kMqttTransports = 4;

/// What the log and error sentences call it: "MQTT", "MQTT over TLS", …
std::string_view toText(MqttTransport transport);

}  // namespace carport
