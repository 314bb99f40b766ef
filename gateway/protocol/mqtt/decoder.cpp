#include "gateway/protocol/mqtt/decoder.h"

#include "gateway/protocol/mqtt/decode_errors.h"
#include "gateway/protocol/mqtt/limits.h"
#include "gateway/protocol/mqtt/topic.h"
#include "gateway/protocol/mqtt/wire_reader.h"

namespace carport::mqtt {

namespace {

/// The flags that the format fixes for this type (MQTT 3.1.1 §2.2.2, table 2.2); PUBLISH has its own.
constexpr std::uint8_t fixedFlags(PacketType type) {
  switch (type) {
    case PacketType::pubrel:
    case PacketType::subscribe:
    case PacketType::unsubscribe:
      return 0b0010;
    default:
      return 0;
  }
}

/// [MQTT-2.2.2-2], [MQTT-3.6.1-1], [MQTT-3.8.1-1], [MQTT-3.10.1-1], [MQTT-3.14.1-1]
Result<void> checkFixedFlags(const Frame& frame) {
  if (frame.flags() == fixedFlags(frame.type())) return {};
  return malformed(frame.type(),
                   fmt::format("the flags are {} and must be {}", frame.flags(), fixedFlags(frame.type())));
}

/// [MQTT-2.3.1-1]
Result<PacketId> readPacketId(PacketType type, WireReader& reader) {
  const auto id = reader.integer();
  if (!id) return endsEarly(type);
  if (*id == 0) return malformed(type, "the packet identifier is 0");
  return *id;
}

/// PINGREQ, PINGRESP, DISCONNECT: nothing but the fixed header.
template <class Bare>
Result<Packet> decodeBare(const Frame& frame) {
  if (auto checked = checkFixedFlags(frame); !checked) return failFrom(checked);
  if (!frame.body.empty()) return malformed(frame.type(), "the packet has a body, which it must not have");
  return Bare{};
}

template <class Ack>
Result<Packet> decodeAcknowledgement(const Frame& frame) {
  return decodePacketIdOnly(frame).map([](PacketId id) -> Packet { return Ack{id, ReasonCode::success}; });
}

template <class T>
Result<Packet> asPacket(Result<T> decoded) {
  if (!decoded) return failFrom(decoded);
  return Packet(*decoded);
}

bool isSubackCode(std::uint8_t code) {
  return code <= 2 || code == 0x80;
}  // [MQTT-3.9.3-2]

}  // namespace

Result<Publish> decodePublish(const Frame& frame) {
  constexpr auto kType = PacketType::publish;
  const auto qos = static_cast<std::uint8_t>(frame.flags() >> 1 & 0x03);
  if (qos == 3) return malformed(kType, "the QoS is 3");  // [MQTT-3.3.1-4]
  Publish publish;
  publish.qos = static_cast<Qos>(qos);
  publish.retain = (frame.flags() & 0x01) != 0;
  publish.duplicate = (frame.flags() & 0x08) != 0;
  if (publish.duplicate && qos == 0) return malformed(kType, "the duplicate flag is set with QoS 0");  // [MQTT-3.3.1-2]

  WireReader reader(frame.body);
  const auto topic = reader.field();
  if (!topic) return endsEarly(kType);
  if (auto checked = checkTopicName(*topic); !checked) return failFrom(checked);  // [MQTT-3.3.2-1]
  publish.topic = *topic;
  if (qos != 0) {
    const auto id = readPacketId(kType, reader);
    if (!id) return failFrom(id);
    publish.packetId = *id;
  }
  publish.payload = reader.rest();
  return publish;
}

Result<PacketId> decodePacketIdOnly(const Frame& frame) {
  if (auto checked = checkFixedFlags(frame); !checked) return failFrom(checked);
  WireReader reader(frame.body);
  auto id = readPacketId(frame.type(), reader);
  if (id && !reader.atEnd()) return malformed(frame.type(), "there are bytes after the packet identifier");
  return id;
}

Result<Subscribe> decodeSubscribe(const Frame& frame, DecodeScratch& scratch) {
  constexpr auto kType = PacketType::subscribe;
  if (auto checked = checkFixedFlags(frame); !checked) return failFrom(checked);
  WireReader reader(frame.body);
  const auto id = readPacketId(kType, reader);
  if (!id) return failFrom(id);
  scratch.topics.clear();
  while (!reader.atEnd()) {
    const auto filter = reader.field();
    const auto qos = filter ? reader.byte() : std::nullopt;
    if (!qos) return endsEarly(kType);
    if (auto checked = checkTopicFilter(*filter); !checked) return failFrom(checked);  // [MQTT-3.8.3-1]
    if (*qos > 2) return malformed(kType, "a requested QoS is not 0, 1 or 2");         // [MQTT-3-8.3-4]
    if (scratch.topics.size() == kMaxFiltersPerPacket) {
      return malformed(kType, fmt::format("there are more than {} topic filters", kMaxFiltersPerPacket));
    }
    scratch.topics.push_back({*filter, static_cast<Qos>(*qos)});
  }
  if (scratch.topics.empty()) return malformed(kType, "there is no topic filter");  // [MQTT-3.8.3-3]
  return Subscribe{*id, scratch.topics, {}};
}

Result<Unsubscribe> decodeUnsubscribe(const Frame& frame, DecodeScratch& scratch) {
  constexpr auto kType = PacketType::unsubscribe;
  if (auto checked = checkFixedFlags(frame); !checked) return failFrom(checked);
  WireReader reader(frame.body);
  const auto id = readPacketId(kType, reader);
  if (!id) return failFrom(id);
  scratch.filters.clear();
  while (!reader.atEnd()) {
    const auto filter = reader.field();
    if (!filter) return endsEarly(kType);
    if (auto checked = checkTopicFilter(*filter); !checked) return failFrom(checked);  // [MQTT-3.10.3-1]
    if (scratch.filters.size() == kMaxFiltersPerPacket) {
      return malformed(kType, fmt::format("there are more than {} topic filters", kMaxFiltersPerPacket));
    }
    scratch.filters.push_back(*filter);
  }
  if (scratch.filters.empty()) return malformed(kType, "there is no topic filter");  // [MQTT-3.10.3-2]
  return Unsubscribe{*id, scratch.filters};
}

Result<Connack> decodeConnack(const Frame& frame) {
  constexpr auto kType = PacketType::connack;
  if (auto checked = checkFixedFlags(frame); !checked) return failFrom(checked);
  WireReader reader(frame.body);
  const auto flags = reader.byte();
  const auto code = reader.byte();
  if (!flags || !code) return endsEarly(kType);
  if (!reader.atEnd()) return malformed(kType, "there are bytes after the return code");
  if (*flags > 1) return malformed(kType, "the reserved acknowledge flags are set");
  if (*code > 5) return malformed(kType, fmt::format("the return code {} is reserved", *code));
  if (*flags != 0 && *code != 0) {  // [MQTT-3.2.2-4]
    return malformed(kType, "a session is said to be present though the connection is refused");
  }
  return Connack{*flags != 0, static_cast<ConnectCode>(*code)};
}

Result<Suback> decodeSuback(const Frame& frame, DecodeScratch& scratch) {
  constexpr auto kType = PacketType::suback;
  if (auto checked = checkFixedFlags(frame); !checked) return failFrom(checked);
  WireReader reader(frame.body);
  const auto id = readPacketId(kType, reader);
  if (!id) return failFrom(id);
  scratch.codes.clear();
  while (const auto code = reader.byte()) {
    if (!isSubackCode(*code)) return malformed(kType, fmt::format("the return code {} is reserved", *code));
    if (scratch.codes.size() == kMaxFiltersPerPacket) {
      return malformed(kType, fmt::format("there are more than {} return codes", kMaxFiltersPerPacket));
    }
    scratch.codes.push_back(static_cast<ReasonCode>(*code));
  }
  if (scratch.codes.empty()) return malformed(kType, "there is no return code");
  return Suback{*id, scratch.codes};
}

Result<Packet> decodePacket(const Frame& frame, DecodeScratch& scratch) {
  switch (frame.type()) {
    case PacketType::connect:
      return asPacket(decodeConnect(frame));
    case PacketType::connack:
      return asPacket(decodeConnack(frame));
    case PacketType::publish:
      return asPacket(decodePublish(frame));
    case PacketType::puback:
      return decodeAcknowledgement<Puback>(frame);
    case PacketType::pubrec:
      return decodeAcknowledgement<Pubrec>(frame);
    case PacketType::pubrel:
      return decodeAcknowledgement<Pubrel>(frame);
    case PacketType::pubcomp:
      return decodeAcknowledgement<Pubcomp>(frame);
    case PacketType::subscribe:
      return asPacket(decodeSubscribe(frame, scratch));
    case PacketType::suback:
      return asPacket(decodeSuback(frame, scratch));
    case PacketType::unsubscribe:
      return asPacket(decodeUnsubscribe(frame, scratch));
    case PacketType::unsuback:
      return decodeAcknowledgement<Unsuback>(frame);
    case PacketType::pingreq:
      return decodeBare<Pingreq>(frame);
    case PacketType::pingresp:
      return decodeBare<Pingresp>(frame);
    case PacketType::disconnect:
      return decodeBare<Disconnect>(frame);
    case PacketType::auth:
      break;  // MQTT 5.0 only
  }
  return fail(MqttErrc::malformedPacket, fmt::format("The packet type {} is reserved", static_cast<int>(frame.type())));
}

}  // namespace carport::mqtt
