#include "gateway/protocol/mqtt/reason_code.h"

#include "gateway/protocol/mqtt/packets.h"

#include <algorithm>
#include <array>

namespace carport::mqtt {

namespace {

constexpr std::uint16_t bit(PacketType type) {
  return static_cast<std::uint16_t>(1u << static_cast<unsigned>(type));
}

constexpr std::uint16_t kConnack = bit(PacketType::connack);
constexpr std::uint16_t kPublished = bit(PacketType::puback) | bit(PacketType::pubrec);
constexpr std::uint16_t kReleased = bit(PacketType::pubrel) | bit(PacketType::pubcomp);
constexpr std::uint16_t kSuback = bit(PacketType::suback);
constexpr std::uint16_t kUnsuback = bit(PacketType::unsuback);
constexpr std::uint16_t kDisconnect = bit(PacketType::disconnect);
constexpr std::uint16_t kAuth = bit(PacketType::auth);

struct Row {
  ReasonCode code;
  std::uint16_t packets;  // that may carry it
  std::string_view text;
};

using enum ReasonCode;
/// MQTT 5.0 §2.4, table 2-6; ascending.
constexpr std::array kRows{
    Row{success, kConnack | kPublished | kReleased | kSuback | kUnsuback | kDisconnect | kAuth, "success"},
    Row{grantedQos1, kSuback, "granted QoS 1"},
    Row{grantedQos2, kSuback, "granted QoS 2"},
    Row{disconnectWithWill, kDisconnect, "disconnect with will message"},
    Row{noMatchingSubscribers, kPublished, "no matching subscribers"},
    Row{noSubscriptionExisted, kUnsuback, "no subscription existed"},
    Row{continueAuthentication, kAuth, "continue authentication"},
    Row{reAuthenticate, kAuth, "re-authenticate"},
    Row{unspecifiedError, kConnack | kPublished | kSuback | kUnsuback | kDisconnect, "unspecified error"},
    Row{malformedPacket, kConnack | kDisconnect, "malformed packet"},
    Row{protocolError, kConnack | kDisconnect, "protocol error"},
    Row{implementationError, kConnack | kPublished | kSuback | kUnsuback | kDisconnect, "not accepted by the server"},
    Row{unsupportedProtocolVersion, kConnack, "the protocol version is not supported"},
    Row{clientIdentifierNotValid, kConnack, "the client identifier is not valid"},
    Row{ReasonCode::badUserNameOrPassword, kConnack, "wrong user name or password"},
    Row{ReasonCode::notAuthorised, kConnack | kPublished | kSuback | kUnsuback | kDisconnect, "not authorised"},
    Row{ReasonCode::serverUnavailable, kConnack, "the server is not available"},
    Row{serverBusy, kConnack | kDisconnect, "the server is busy"},
    Row{banned, kConnack, "banned"},
    Row{serverShuttingDown, kDisconnect, "the server is shutting down"},
    Row{badAuthenticationMethod, kConnack | kDisconnect, "bad authentication method"},
    Row{keepAliveTimeout, kDisconnect, "keep-alive time-out"},
    Row{sessionTakenOver, kDisconnect, "the session was taken over"},
    Row{topicFilterInvalid, kSuback | kUnsuback | kDisconnect, "the topic filter is not valid"},
    Row{topicNameInvalid, kConnack | kPublished | kDisconnect, "the topic name is not valid"},
    Row{packetIdentifierInUse, kPublished | kSuback | kUnsuback, "the packet identifier is in use"},
    Row{packetIdentifierNotFound, kReleased, "the packet identifier is not known"},
    Row{receiveMaximumExceeded, kDisconnect, "the receive maximum was exceeded"},
    Row{topicAliasInvalid, kDisconnect, "the topic alias is not valid"},
    Row{packetTooLarge, kConnack | kDisconnect, "the packet is too large"},
    Row{messageRateTooHigh, kDisconnect, "the message rate is too high"},
    Row{quotaExceeded, kConnack | kPublished | kSuback | kDisconnect, "a quota was exceeded"},
    Row{administrativeAction, kDisconnect, "closed by an administrator"},
    Row{payloadFormatInvalid, kConnack | kPublished | kDisconnect, "the payload is not in its declared format"},
    Row{retainNotSupported, kConnack | kDisconnect, "retained messages are not supported"},
    Row{qosNotSupported, kConnack | kDisconnect, "the QoS is not supported"},
    Row{useAnotherServer, kConnack | kDisconnect, "use another server"},
    Row{serverMoved, kConnack | kDisconnect, "the server has moved"},
    Row{sharedSubscriptionsNotSupported, kSuback | kDisconnect, "shared subscriptions are not supported"},
    Row{connectionRateExceeded, kConnack | kDisconnect, "too many connections in a short time"},
    Row{maximumConnectTime, kDisconnect, "the longest connect time is over"},
    Row{subscriptionIdentifiersNotSupported, kSuback | kDisconnect, "subscription identifiers are not supported"},
    Row{wildcardSubscriptionsNotSupported, kSuback | kDisconnect, "wildcard subscriptions are not supported"},
};

const Row* find(ReasonCode code) {
  const auto row = std::lower_bound(kRows.begin(), kRows.end(), code,
                                    [](const Row& left, ReasonCode right) { return left.code < right; });
  return row != kRows.end() && row->code == code ? row : nullptr;
}

}  // namespace

bool isAllowed(ReasonCode code, PacketType type) {
  const Row* row = find(code);
  return row && (row->packets & bit(type)) != 0;
}

ConnectCode toConnectCode(ReasonCode code) {
  switch (code) {
    case success:
      return ConnectCode::accepted;
    case unsupportedProtocolVersion:
      return ConnectCode::unacceptableProtocolVersion;
    case clientIdentifierNotValid:
      return ConnectCode::identifierRejected;
    case ReasonCode::badUserNameOrPassword:
      return ConnectCode::badUserNameOrPassword;
    case ReasonCode::notAuthorised:
    case banned:
    case badAuthenticationMethod:
      return ConnectCode::notAuthorised;
    default:
      return ConnectCode::serverUnavailable;
  }
}

ReasonCode toReasonCode(ConnectCode code) {
  switch (code) {
    case ConnectCode::accepted:
      return success;
    case ConnectCode::unacceptableProtocolVersion:
      return unsupportedProtocolVersion;
    case ConnectCode::identifierRejected:
      return clientIdentifierNotValid;
    case ConnectCode::serverUnavailable:
      return ReasonCode::serverUnavailable;
    case ConnectCode::badUserNameOrPassword:
      return ReasonCode::badUserNameOrPassword;
    case ConnectCode::notAuthorised:
      return ReasonCode::notAuthorised;
  }
  return unspecifiedError;
}

std::string_view toText(ReasonCode code) {
  const Row* row = find(code);
  return row ? row->text : "an unknown reason";
}

std::string_view toText(ConnectCode code) {
  switch (code) {
    case ConnectCode::accepted:
      return "accepted";
    case ConnectCode::unacceptableProtocolVersion:
      return "the protocol version is not acceptable";
    case ConnectCode::identifierRejected:
      return "the client identifier is not acceptable";
    case ConnectCode::serverUnavailable:
      return "the server is not available";
    case ConnectCode::badUserNameOrPassword:
      return "wrong user name or password";
    case ConnectCode::notAuthorised:
      return "not allowed to connect";
  }
  return "refused for an unknown reason";
}

}  // namespace carport::mqtt
