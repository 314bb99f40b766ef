#include "gateway/protocol/mqtt/mqtt_errc.h"

#include <array>

namespace carport::mqtt {

namespace {
constexpr std::array kEntries{
    ErrorEntry{int(MqttErrc::malformedPacket), ErrorKind::invalid, "The bytes are not an MQTT packet"},
    ErrorEntry{int(MqttErrc::protocolError), ErrorKind::invalid, "The packet is not allowed here"},
    ErrorEntry{int(MqttErrc::packetTooLarge), ErrorKind::tooLarge, "The packet is larger than the gateway accepts"},
    ErrorEntry{int(MqttErrc::unsupportedVersion), ErrorKind::invalid,
               "The gateway does not speak this version of MQTT"},
    ErrorEntry{int(MqttErrc::badTopic), ErrorKind::invalid, "The topic name is not valid"},
    ErrorEntry{int(MqttErrc::badTopicFilter), ErrorKind::invalid, "The topic filter is not valid"},
    ErrorEntry{int(MqttErrc::connectTimeout), ErrorKind::expired, "No CONNECT packet came in time"},
    ErrorEntry{int(MqttErrc::keepAliveTimeout), ErrorKind::expired, "Nothing was heard within the keep-alive time"},
    ErrorEntry{int(MqttErrc::clientIdRejected), ErrorKind::invalid, "The client identifier is not acceptable"},
    ErrorEntry{int(MqttErrc::windowFull), ErrorKind::limit, "Too many messages wait for their acknowledgement"},
    ErrorEntry{int(MqttErrc::outputFull), ErrorKind::full, "Too many bytes wait to be written to the connection"},
    ErrorEntry{int(MqttErrc::notConnected), ErrorKind::unavailable, "The MQTT connection is not established"},
    ErrorEntry{int(MqttErrc::receiveMaximumExceeded), ErrorKind::limit,
               "More messages wait for their acknowledgement than the receive maximum allows"},
    ErrorEntry{int(MqttErrc::topicAliasInvalid), ErrorKind::invalid, "The topic alias is not valid"},
    ErrorEntry{int(MqttErrc::badAuthenticationMethod), ErrorKind::invalid,
               "Enhanced authentication is not supported: sign in with a user name and a password"},
    ErrorEntry{int(MqttErrc::disconnectedByServer), ErrorKind::unavailable, "The server ended the connection"},
};
constexpr ErrorDomain kDomain{"mqtt", kEntries};
}  // namespace

const ErrorDomain& errorDomain(MqttErrc) {
  return kDomain;
}

ReasonCode reasonFor(const Error& error) {
  if (error.domain() != kDomain.name()) return ReasonCode::unspecifiedError;
  switch (static_cast<MqttErrc>(error.value())) {
    case MqttErrc::malformedPacket:
      return ReasonCode::malformedPacket;
    case MqttErrc::packetTooLarge:
      return ReasonCode::packetTooLarge;
    case MqttErrc::unsupportedVersion:
      return ReasonCode::unsupportedProtocolVersion;
    case MqttErrc::badTopic:
      return ReasonCode::topicNameInvalid;
    case MqttErrc::badTopicFilter:
      return ReasonCode::topicFilterInvalid;
    case MqttErrc::protocolError:
    case MqttErrc::connectTimeout:
      return ReasonCode::protocolError;
    case MqttErrc::keepAliveTimeout:
      return ReasonCode::keepAliveTimeout;
    case MqttErrc::clientIdRejected:
      return ReasonCode::clientIdentifierNotValid;
    case MqttErrc::receiveMaximumExceeded:
      return ReasonCode::receiveMaximumExceeded;
    case MqttErrc::topicAliasInvalid:
      return ReasonCode::topicAliasInvalid;
    case MqttErrc::badAuthenticationMethod:
      return ReasonCode::badAuthenticationMethod;
    case MqttErrc::windowFull:
    case MqttErrc::outputFull:
      return ReasonCode::quotaExceeded;
    case MqttErrc::notConnected:
    case MqttErrc::disconnectedByServer:
      break;
  }
  return ReasonCode::unspecifiedError;
}

}  // namespace carport::mqtt
