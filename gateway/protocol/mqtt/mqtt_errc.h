#pragma once

#include "gateway/base/error.h"
#include "gateway/protocol/mqtt/reason_code.h"

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
  windowFull,               ///< too many messages wait for their acknowledgement
  outputFull,               ///< too many bytes wait to be written
  notConnected,             ///< the connection is not (or no longer) established
  receiveMaximumExceeded,   ///< the other side sent more unacknowledged messages than it was allowed
  topicAliasInvalid,        ///< 0, or above the announced maximum
  badAuthenticationMethod,  ///< enhanced authentication was asked for, and there is none
  disconnectedByServer,     ///< the server sent DISCONNECT
};

const ErrorDomain& errorDomain(MqttErrc);

/// What a 5.0 DISCONNECT or CONNACK says about an error (§4.13).
ReasonCode reasonFor(const Error& error);

}  // namespace carport::mqtt
