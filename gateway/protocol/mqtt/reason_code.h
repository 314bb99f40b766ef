#pragma once

#include <cstdint>
#include <string_view>

namespace carport::mqtt {

/// Second byte of CONNACK (MQTT 3.1.1 §3.2.2.3).
enum class ConnectCode : std::uint8_t {
  accepted = 0,
  unacceptableProtocolVersion = 1,
  identifierRejected = 2,
  serverUnavailable = 3,
  badUserNameOrPassword = 4,
  notAuthorised = 5,
};

/// Why something was or was not done, as MQTT 5.0 (§2.4) says it in most packets. In 3.1.1 only SUBACK carries one,
/// with the values up to 2 and `unspecifiedError` (§3.9.3).
enum class ReasonCode : std::uint8_t {
  success = 0x00,  ///< in SUBACK: granted QoS 0
  grantedQos1 = 0x01,
  grantedQos2 = 0x02,
  noMatchingSubscribers = 0x10,
  unspecifiedError = 0x80,
  malformedPacket = 0x81,
  protocolError = 0x82,
  implementationError = 0x83,
  notAuthorised = 0x87,
  serverBusy = 0x89,
  serverShuttingDown = 0x8B,
  keepAliveTimeout = 0x8D,
  sessionTakenOver = 0x8E,
  topicFilterInvalid = 0x8F,
  topicNameInvalid = 0x90,
  packetIdentifierInUse = 0x91,
  packetIdentifierNotFound = 0x92,
  receiveMaximumExceeded = 0x93,
  packetTooLarge = 0x95,
  quotaExceeded = 0x97,
  administrativeAction = 0x98,
  payloadFormatInvalid = 0x99,
};

/// The code as a person reads it, for logs.
std::string_view toText(ConnectCode code);

}  // namespace carport::mqtt
