#pragma once

#include "gateway/base/error.h"

#include <cstdint>

namespace carport::mqtt {

/// What can be wrong with bytes that claim to be MQTT, or with what somebody does with them.
enum class MqttErrc : std::uint8_t {
  malformedPacket = 1,
  protocolError,
  packetTooLarge,
  unsupportedVersion,
  badTopic,
  badTopicFilter,
  connectTimeout,    ///< no CONNECT came in time
  keepAliveTimeout,  ///< the other side has been quiet for too long
  clientIdRejected,
  windowFull,    ///< too many messages wait for their acknowledgement
  outputFull,    ///< too many bytes wait to be written
  notConnected,  ///< the connection is not (or no longer) established
};

const ErrorDomain& errorDomain(MqttErrc);

}  // namespace carport::mqtt
