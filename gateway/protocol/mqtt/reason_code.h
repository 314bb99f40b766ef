#pragma once

#include <cstdint>
#include <string_view>

namespace carport::mqtt {

enum class PacketType : std::uint8_t;

/// Second byte of a 3.1.1 CONNACK (MQTT 3.1.1 §3.2.2.3).
enum class ConnectCode : std::uint8_t {
  accepted = 0,
  unacceptableProtocolVersion = 1,
  identifierRejected = 2,
  serverUnavailable = 3,
  badUserNameOrPassword = 4,
  notAuthorised = 5,
};

/// Why something was or was not done (MQTT 5.0 §2.4); 0x80 and above are failures. In 3.1.1 only CONNACK and SUBACK
/// carry one: see toConnectCode(), and SUBACK's values up to 2 and `unspecifiedError` (MQTT 3.1.1 §3.9.3).
enum class ReasonCode : std::uint8_t {
  success = 0x00,  ///< in SUBACK: granted QoS 0; in DISCONNECT: normal disconnection
  grantedQos1 = 0x01,
  grantedQos2 = 0x02,
  disconnectWithWill = 0x04,
  noMatchingSubscribers = 0x10,
  noSubscriptionExisted = 0x11,
  continueAuthentication = 0x18,
  reAuthenticate = 0x19,
  unspecifiedError = 0x80,
  malformedPacket = 0x81,
  protocolError = 0x82,
  implementationError = 0x83,
  unsupportedProtocolVersion = 0x84,
  clientIdentifierNotValid = 0x85,
  badUserNameOrPassword = 0x86,
  notAuthorised = 0x87,
  serverUnavailable = 0x88,
  serverBusy = 0x89,
  banned = 0x8A,
  serverShuttingDown = 0x8B,
  badAuthenticationMethod = 0x8C,
  keepAliveTimeout = 0x8D,
  sessionTakenOver = 0x8E,
  topicFilterInvalid = 0x8F,
  topicNameInvalid = 0x90,
  packetIdentifierInUse = 0x91,
  packetIdentifierNotFound = 0x92,
  receiveMaximumExceeded = 0x93,
  topicAliasInvalid = 0x94,
  packetTooLarge = 0x95,
  messageRateTooHigh = 0x96,
  quotaExceeded = 0x97,
  administrativeAction = 0x98,
  payloadFormatInvalid = 0x99,
  retainNotSupported = 0x9A,
  qosNotSupported = 0x9B,
  useAnotherServer = 0x9C,
  serverMoved = 0x9D,
  sharedSubscriptionsNotSupported = 0x9E,
  connectionRateExceeded = 0x9F,
  maximumConnectTime = 0xA0,
  subscriptionIdentifiersNotSupported = 0xA1,
  wildcardSubscriptionsNotSupported = 0xA2,
};

constexpr bool isFailure(ReasonCode code) {
  return static_cast<std::uint8_t>(code) >= 0x80;
}

/// True where a 5.0 packet of this type may carry the code (§2.4, table 2-6).
bool isAllowed(ReasonCode code, PacketType type);

/// The 3.1.1 code that comes nearest, for CONNACK.
ConnectCode toConnectCode(ReasonCode code);
ReasonCode toReasonCode(ConnectCode code);

/// The code as a person reads it, for logs.
std::string_view toText(ReasonCode code);
std::string_view toText(ConnectCode code);

}  // namespace carport::mqtt
