#include "gateway/protocol/mqtt/encoder.h"

#include "gateway/protocol/mqtt/wire_writer.h"

#include <type_traits>

namespace carport::mqtt {

namespace {

using namespace wire;

/// Type, flags and Remaining Length (MQTT 5.0 §2.1).
void appendFixedHeader(std::string& out, PacketType type, unsigned flags, std::size_t length) {
  appendByte(out, static_cast<unsigned>(type) << 4 | flags);
  appendVariable(out, length);
}

void appendProperties(std::string& out, const Properties& properties) {
  appendVariable(out, properties.encoded.size());
  out.append(properties.encoded);
}

/// With their length in front.
std::size_t propertiesBytes(std::size_t encoded) {
  return variableBytes(encoded) + encoded;
}

std::size_t propertiesBytes(const Properties& properties, ProtocolLevel level) {
  return level == ProtocolLevel::v5 ? propertiesBytes(properties.encoded.size()) : 0;
}

std::size_t withHeader(std::size_t length) {
  return 1 + variableBytes(length) + length;
}

std::size_t bytesOf(const PublishAdditions& added) {
  std::size_t bytes = (added.topicAlias != 0 ? 3u : 0u) + (added.expirySeconds ? 5u : 0u);
  for (const auto id : added.subscriptionIds) bytes += 1 + variableBytes(id);
  return bytes;
}

/// Everything but the properties.
std::size_t plainBytes(const Publish& packet) {
  return fieldBytes(packet.topic) + (packet.qos == Qos::atMostOnce ? 0 : 2) + packet.payload.size();
}

std::size_t bodyBytes(const Publish& packet, ProtocolLevel level) {
  return plainBytes(packet) + propertiesBytes(packet.properties, level);
}

std::size_t bodyBytes(const Publish& packet, const PublishAdditions& added) {
  return plainBytes(packet) + propertiesBytes(bytesOf(added) + packet.properties.encoded.size());
}

/// All up to the properties.
void appendPublishHead(const Publish& packet, std::size_t length, std::string& out) {
  const unsigned flags =
      (packet.duplicate ? 0x08u : 0u) | static_cast<unsigned>(packet.qos) << 1 | (packet.retain ? 0x01u : 0u);
  appendFixedHeader(out, PacketType::publish, flags, length);
  appendField(out, packet.topic);
  if (packet.qos != Qos::atMostOnce) appendInteger(out, packet.packetId);
}

/// The same in both levels, in one of them only, or with the level inside.
template <class T>
constexpr bool kHasOneForm =
    std::is_same_v<T, Connect> || std::is_same_v<T, Pingreq> || std::is_same_v<T, Pingresp> || std::is_same_v<T, Auth>;

unsigned connectFlags(const Connect& packet) {
  unsigned flags = packet.cleanSession ? 0x02 : 0;
  if (packet.will) {
    flags |= 0x04 | static_cast<unsigned>(packet.will->qos) << 3 | (packet.will->retain ? 0x20u : 0u);
  }
  if (packet.password) flags |= 0x40;
  if (packet.userName) flags |= 0x80;
  return flags;
}

unsigned subscriptionOptions(const TopicRequest& topic, ProtocolLevel level) {
  const auto qos = static_cast<unsigned>(topic.qos);
  if (level == ProtocolLevel::v311) return qos;
  return qos | (topic.noLocal ? 0x04u : 0u) | (topic.retainAsPublished ? 0x08u : 0u) |
         static_cast<unsigned>(topic.retainHandling) << 4;
}

/// In 3.1.1 SUBACK knows but one failure (MQTT 3.1.1 §3.9.3).
unsigned subackCode(ReasonCode code, ProtocolLevel level) {
  if (level == ProtocolLevel::v311 && isFailure(code)) return static_cast<unsigned>(ReasonCode::unspecifiedError);
  return static_cast<unsigned>(code);
}

template <PacketType type>
void encodeAcknowledgement(const Acknowledgement<type>& packet, unsigned flags, std::string& out, ProtocolLevel level) {
  if (level == ProtocolLevel::v311 || (packet.reason == ReasonCode::success && packet.properties.empty())) {
    appendFixedHeader(out, type, flags, 2);  // success goes without saying (MQTT 5.0 §3.4.2.1)
    return appendInteger(out, packet.packetId);
  }
  const bool bare = packet.properties.empty();
  appendFixedHeader(out, type, flags, bare ? 3 : 3 + propertiesBytes(packet.properties, level));
  appendInteger(out, packet.packetId);
  appendByte(out, static_cast<unsigned>(packet.reason));
  if (!bare) appendProperties(out, packet.properties);
}

/// DISCONNECT and AUTH of 5.0: as short as possible (§3.14.2.1, §3.15.2.1).
void encodeReasonOnly(PacketType type, ReasonCode reason, const Properties& properties, std::string& out) {
  if (properties.empty() && reason == ReasonCode::success) return appendFixedHeader(out, type, 0, 0);
  const bool bare = properties.empty() && type == PacketType::disconnect;
  appendFixedHeader(out, type, 0, bare ? 1 : 1 + propertiesBytes(properties, ProtocolLevel::v5));
  appendByte(out, static_cast<unsigned>(reason));
  if (!bare) appendProperties(out, properties);
}

}  // namespace

std::size_t encodedBytes(const Publish& packet, ProtocolLevel level) {
  return withHeader(bodyBytes(packet, level));
}

std::size_t encodedBytes(const Publish& packet, const PublishAdditions& added) {
  return withHeader(bodyBytes(packet, added));
}

void encode(const Connect& packet, std::string& out) {
  constexpr std::string_view kProtocolName = "MQTT";
  const ProtocolLevel level = packet.level;
  std::size_t length =
      fieldBytes(kProtocolName) + 4 + propertiesBytes(packet.properties, level) + fieldBytes(packet.clientId);
  if (packet.will) {
    length += propertiesBytes(packet.will->properties, level) + fieldBytes(packet.will->topic) +
              fieldBytes(packet.will->payload);
  }
  if (packet.userName) length += fieldBytes(*packet.userName);
  if (packet.password) length += fieldBytes(*packet.password);

  appendFixedHeader(out, PacketType::connect, 0, length);
  appendField(out, kProtocolName);
  appendByte(out, static_cast<unsigned>(level));
  appendByte(out, connectFlags(packet));
  appendInteger(out, packet.keepAliveSeconds);
  if (level == ProtocolLevel::v5) appendProperties(out, packet.properties);
  appendField(out, packet.clientId);
  if (packet.will) {
    if (level == ProtocolLevel::v5) appendProperties(out, packet.will->properties);
    appendField(out, packet.will->topic);
    appendField(out, packet.will->payload);
  }
  if (packet.userName) appendField(out, *packet.userName);
  if (packet.password) appendField(out, *packet.password);
}

void encode(const Connack& packet, std::string& out, ProtocolLevel level) {
  const bool isV5 = level == ProtocolLevel::v5;
  appendFixedHeader(out, PacketType::connack, 0, 2 + propertiesBytes(packet.properties, level));
  appendByte(out, packet.sessionPresent ? 1 : 0);
  appendByte(out, isV5 ? static_cast<unsigned>(packet.reason) : static_cast<unsigned>(toConnectCode(packet.reason)));
  if (isV5) appendProperties(out, packet.properties);
}

void encode(const Publish& packet, std::string& out, ProtocolLevel level) {
  appendPublishHead(packet, bodyBytes(packet, level), out);
  if (level == ProtocolLevel::v5) appendProperties(out, packet.properties);
  out.append(packet.payload);
}

void encode(const Publish& packet, const PublishAdditions& added, std::string& out) {
  appendPublishHead(packet, bodyBytes(packet, added), out);
  appendVariable(out, bytesOf(added) + packet.properties.encoded.size());
  PropertyWriter writer(out);
  if (added.topicAlias != 0) writer.number(PropertyId::topicAlias, added.topicAlias);
  if (added.expirySeconds) writer.number(PropertyId::messageExpiryInterval, *added.expirySeconds);
  for (const auto id : added.subscriptionIds) writer.number(PropertyId::subscriptionIdentifier, id);
  out.append(packet.properties.encoded);
  out.append(packet.payload);
}

void encode(const Subscribe& packet, std::string& out, ProtocolLevel level) {
  std::size_t length = 2 + propertiesBytes(packet.properties, level);
  for (const TopicRequest& topic : packet.topics) length += fieldBytes(topic.filter) + 1;
  appendFixedHeader(out, PacketType::subscribe, 0b0010, length);
  appendInteger(out, packet.packetId);
  if (level == ProtocolLevel::v5) appendProperties(out, packet.properties);
  for (const TopicRequest& topic : packet.topics) {
    appendField(out, topic.filter);
    appendByte(out, subscriptionOptions(topic, level));
  }
}

void encode(const Suback& packet, std::string& out, ProtocolLevel level) {
  const auto length = 2 + propertiesBytes(packet.properties, level) + packet.codes.size();
  appendFixedHeader(out, PacketType::suback, 0, length);
  appendInteger(out, packet.packetId);
  if (level == ProtocolLevel::v5) appendProperties(out, packet.properties);
  for (const ReasonCode code : packet.codes) appendByte(out, subackCode(code, level));
}

void encode(const Unsubscribe& packet, std::string& out, ProtocolLevel level) {
  std::size_t length = 2 + propertiesBytes(packet.properties, level);
  for (const std::string_view filter : packet.filters) length += fieldBytes(filter);
  appendFixedHeader(out, PacketType::unsubscribe, 0b0010, length);
  appendInteger(out, packet.packetId);
  if (level == ProtocolLevel::v5) appendProperties(out, packet.properties);
  for (const std::string_view filter : packet.filters) appendField(out, filter);
}

void encode(const Unsuback& packet, std::string& out, ProtocolLevel level) {
  const bool isV5 = level == ProtocolLevel::v5;
  const auto length = 2 + propertiesBytes(packet.properties, level) + (isV5 ? packet.codes.size() : 0);
  appendFixedHeader(out, PacketType::unsuback, 0, length);
  appendInteger(out, packet.packetId);
  if (!isV5) return;  // 3.1.1 has no codes here
  appendProperties(out, packet.properties);
  for (const ReasonCode code : packet.codes) appendByte(out, static_cast<unsigned>(code));
}

void encode(const Puback& packet, std::string& out, ProtocolLevel level) {
  encodeAcknowledgement(packet, 0, out, level);
}
void encode(const Pubrec& packet, std::string& out, ProtocolLevel level) {
  encodeAcknowledgement(packet, 0, out, level);
}
void encode(const Pubrel& packet, std::string& out, ProtocolLevel level) {
  encodeAcknowledgement(packet, 0b0010, out, level);
}
void encode(const Pubcomp& packet, std::string& out, ProtocolLevel level) {
  encodeAcknowledgement(packet, 0, out, level);
}
void encode(Pingreq, std::string& out) {
  appendFixedHeader(out, PacketType::pingreq, 0, 0);
}
void encode(Pingresp, std::string& out) {
  appendFixedHeader(out, PacketType::pingresp, 0, 0);
}
void encode(const Disconnect& packet, std::string& out, ProtocolLevel level) {
  if (level == ProtocolLevel::v311) return appendFixedHeader(out, PacketType::disconnect, 0, 0);
  encodeReasonOnly(PacketType::disconnect, packet.reason, packet.properties, out);
}
void encode(const Auth& packet, std::string& out) {
  encodeReasonOnly(PacketType::auth, packet.reason, packet.properties, out);
}

void encode(const Packet& packet, std::string& out, ProtocolLevel level) {
  std::visit(
      [&out, level](const auto& typed) {
        using Typed = std::remove_cvref_t<decltype(typed)>;
        if constexpr (kHasOneForm<Typed>) {
          encode(typed, out);
        } else {
          encode(typed, out, level);
        }
      },
      packet);
}

}  // namespace carport::mqtt
