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
};
constexpr ErrorDomain kDomain{"mqtt", kEntries};
}  // namespace

const ErrorDomain& errorDomain(MqttErrc) {
  return kDomain;
}

}  // namespace carport::mqtt
