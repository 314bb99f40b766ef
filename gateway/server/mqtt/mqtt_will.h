#pragma once

#include "gateway/protocol/mqtt/packets.h"

#include <cstdint>
#include <optional>
#include <string>

namespace carport {

/// What the gateway publishes where a client ends without DISCONNECT (MQTT 5.0 §3.1.2.5).
struct MqttWill {
  std::string topic;
  std::string payload;
  mqtt::Qos qos = mqtt::Qos::atMostOnce;
  bool retain = false;
  std::string properties{};                      ///< as MqttMessage::properties
  std::optional<std::uint32_t> expirySeconds{};  ///< of the message once it is published
  std::uint32_t delaySeconds = 0;                ///< after the connection's end; a client that is back stops it
};

}  // namespace carport
