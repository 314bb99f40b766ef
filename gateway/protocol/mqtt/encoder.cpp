#include "gateway/protocol/mqtt/encoder.h"

namespace carport::mqtt {

namespace {

void appendByte(std::string& out, unsigned value) {
  out.push_back(static_cast<char>(value));
}

void appendInteger(std::string& out, std::size_t value) {
  appendByte(out, static_cast<unsigned>(value >> 8 & 0xFF));
  appendByte(out, static_cast<unsigned>(value & 0xFF));
}

void appendField(std::string& out, std::string_view bytes) {
  appendInteger(out, bytes.size());
  out.append(bytes);
}

/// Type, flags and Remaining Length (MQTT 3.1.1 §2.2).
void appendFixedHeader(std::string& out, PacketType type, unsigned flags, std::size_t length) {
  appendByte(out, static_cast<unsigned>(type) << 4 | flags);
  do {
    const auto low = static_cast<unsigned>(length & 0x7F);
    length >>= 7;
    appendByte(out, length != 0 ? low | 0x80 : low);
  } while (length != 0);
}

std::size_t fieldBytes(std::string_view bytes) {
  return 2 + bytes.size();
}

std::size_t fixedHeaderBytes(std::size_t length) {
  std::size_t bytes = 2;
  while (length >>= 7) ++bytes;
  return bytes;
}

std::size_t bodyBytes(const Publish& packet) {
  return fieldBytes(packet.topic) + (packet.qos == Qos::atMostOnce ? 0 : 2) + packet.payload.size();
}

unsigned connectFlags(const Connect& packet) {
  unsigned flags = packet.cleanSession ? 0x02 : 0;
  if (packet.will) {
    flags |= 0x04 | static_cast<unsigned>(packet.will->qos) << 3 | (packet.will->retain ? 0x20u : 0u);
  }
  if (packet.password) flags |= 0x40;
  if (packet.userName) flags |= 0x80;
  return flags;
}

template <PacketType type>
void encodeAcknowledgement(Acknowledgement<type> packet, unsigned flags, std::string& out) {
  appendFixedHeader(out, type, flags, 2);
  appendInteger(out, packet.packetId);
}

}  // namespace

std::size_t encodedBytes(const Publish& packet) {
  const std::size_t length = bodyBytes(packet);
  return fixedHeaderBytes(length) + length;
}

void encode(const Connect& packet, std::string& out) {
  constexpr std::string_view kProtocolName = "MQTT";
  std::size_t length = fieldBytes(kProtocolName) + 4 + fieldBytes(packet.clientId);
  if (packet.will) length += fieldBytes(packet.will->topic) + fieldBytes(packet.will->payload);
  if (packet.userName) length += fieldBytes(*packet.userName);
  if (packet.password) length += fieldBytes(*packet.password);

  appendFixedHeader(out, PacketType::connect, 0, length);
  appendField(out, kProtocolName);
  appendByte(out, static_cast<unsigned>(packet.level));
  appendByte(out, connectFlags(packet));
  appendInteger(out, packet.keepAliveSeconds);
  appendField(out, packet.clientId);
  if (packet.will) {
    appendField(out, packet.will->topic);
    appendField(out, packet.will->payload);
  }
  if (packet.userName) appendField(out, *packet.userName);
  if (packet.password) appendField(out, *packet.password);
}

void encode(const Connack& packet, std::string& out) {
  appendFixedHeader(out, PacketType::connack, 0, 2);
  appendByte(out, packet.sessionPresent ? 1 : 0);
  appendByte(out, static_cast<unsigned>(packet.code));
}

void encode(const Publish& packet, std::string& out) {
  const unsigned flags =
      (packet.duplicate ? 0x08u : 0u) | static_cast<unsigned>(packet.qos) << 1 | (packet.retain ? 0x01u : 0u);
  appendFixedHeader(out, PacketType::publish, flags, bodyBytes(packet));
  appendField(out, packet.topic);
  if (packet.qos != Qos::atMostOnce) appendInteger(out, packet.packetId);
  out.append(packet.payload);
}

void encode(const Subscribe& packet, std::string& out) {
  std::size_t length = 2;
  for (const TopicRequest& topic : packet.topics) length += fieldBytes(topic.filter) + 1;
  appendFixedHeader(out, PacketType::subscribe, 0b0010, length);
  appendInteger(out, packet.packetId);
  for (const TopicRequest& topic : packet.topics) {
    appendField(out, topic.filter);
    appendByte(out, static_cast<unsigned>(topic.qos));
  }
}

void encode(const Suback& packet, std::string& out) {
  appendFixedHeader(out, PacketType::suback, 0, 2 + packet.codes.size());
  appendInteger(out, packet.packetId);
  for (const ReasonCode code : packet.codes) appendByte(out, static_cast<unsigned>(code));
}

void encode(const Unsubscribe& packet, std::string& out) {
  std::size_t length = 2;
  for (const std::string_view filter : packet.filters) length += fieldBytes(filter);
  appendFixedHeader(out, PacketType::unsubscribe, 0b0010, length);
  appendInteger(out, packet.packetId);
  for (const std::string_view filter : packet.filters) appendField(out, filter);
}

void encode(const Puback& packet, std::string& out) {
  encodeAcknowledgement(packet, 0, out);
}
void encode(const Pubrec& packet, std::string& out) {
  encodeAcknowledgement(packet, 0, out);
}
void encode(const Pubrel& packet, std::string& out) {
  encodeAcknowledgement(packet, 0b0010, out);
}
void encode(const Pubcomp& packet, std::string& out) {
  encodeAcknowledgement(packet, 0, out);
}
void encode(const Unsuback& packet, std::string& out) {
  encodeAcknowledgement(packet, 0, out);
}
void encode(Pingreq, std::string& out) {
  appendFixedHeader(out, PacketType::pingreq, 0, 0);
}
void encode(Pingresp, std::string& out) {
  appendFixedHeader(out, PacketType::pingresp, 0, 0);
}
void encode(const Disconnect&, std::string& out) {
  appendFixedHeader(out, PacketType::disconnect, 0, 0);
}

void encode(const Packet& packet, std::string& out) {
  std::visit([&out](const auto& typed) { encode(typed, out); }, packet);
}

}  // namespace carport::mqtt
