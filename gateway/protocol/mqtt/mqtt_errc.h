#pragma once

#include "gateway/base/error.h"

#include <cstdint>

namespace carport::mqtt {

/// What can be wrong with bytes that claim to be MQTT, or with what somebody does with them.
enum class MqttErrc : std::uint8_t { malformedPacket = 1, protocolError, packetTooLarge, unsupportedVersion, badTopic, badTopicFilter };

const ErrorDomain& errorDomain(MqttErrc);

}  // namespace carport::mqtt
