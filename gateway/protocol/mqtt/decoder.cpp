#include "gateway/protocol/mqtt/decoder.h"

#include "gateway/protocol/mqtt/decode_errors.h"
#include "gateway/protocol/mqtt/decode_fields.h"
#include "gateway/protocol/mqtt/limits.h"
#include "gateway/protocol/mqtt/property_rules.h"
#include "gateway/protocol/mqtt/topic.h"

namespace carport::mqtt {

namespace {

template <class T>
Result<Packet> asPacket(const Result<T>& decoded) {
  if (!decoded) return failFrom(decoded);
  return Packet(*decoded);
}

template <class Ack>
Result<Packet> asAcknowledgement(const Result<AnyAcknowledgement>& decoded) {
  if (!decoded) return failFrom(decoded);
  return Packet(Ack{decoded->packetId, decoded->reason, decoded->properties});
}

template <class Bare>
Result<Packet> decodeBare(const Frame& frame) {
  if (auto checked = decodePing(frame); !checked) return failFrom(checked);
  return Packet(Bare{});
}

/// The properties of a 5.0 PUBLISH, and the alias that may stand for its topic.
Result<void> readPublishProperties(WireReader& reader, Publish& publish) {
  const auto properties = readProperties(PacketType::publish, reader);
  if (!properties) return failFrom(properties);
  publish.properties = *properties;
  if (!properties->empty()) {
    publish.topicAlias = static_cast<std::uint16_t>(properties->number(PropertyId::topicAlias).value_or(0));
  }
  if (publish.topic.empty() && publish.topicAlias == 0) {  // §3.3.2.1
    return fail(MqttErrc::protocolError, "PUBLISH: there is neither a topic name nor a topic alias");
  }
  return {};
}

/// The options of one wish (MQTT 5.0 §3.8.3.1; in 3.1.1 the QoS alone).
Result<void> readOptions(std::uint8_t bits, ProtocolLevel level, TopicRequest& wish) {
  constexpr auto kType = PacketType::subscribe;
  const std::uint8_t reserved = level == ProtocolLevel::v5 ? 0xC0 : 0xFC;
  if ((bits & reserved) != 0) {  // [MQTT-3-8.3-4] of 3.1.1, [MQTT-3.8.3-5]
    return malformed(kType, "reserved bits of the subscription options are set");
  }
  if ((bits & 0x03) == 3) return malformed(kType, "a requested QoS is not 0, 1 or 2");
  if ((bits >> 4 & 0x03) == 3) return fail(MqttErrc::protocolError, "SUBSCRIBE: the retain handling is 3");
  wish.qos = static_cast<Qos>(bits & 0x03);
  wish.noLocal = (bits & 0x04) != 0;
  wish.retainAsPublished = (bits & 0x08) != 0;
  wish.retainHandling = static_cast<RetainHandling>(bits >> 4 & 0x03);
  if (wish.noLocal && wish.shared) {  // [MQTT-3.8.3-4]
    return fail(MqttErrc::protocolError, "SUBSCRIBE: a shared subscription cannot have the option no local");
  }
  return {};
}

/// 3.1.1 does not know shared subscriptions, so there what is not a well-formed one is an ordinary filter.
Result<void> readShared(ProtocolLevel level, TopicRequest& wish) {
  auto shared = parseSharedFilter(wish.filter);
  if (shared) {
    wish.shared = *shared;
  } else if (level == ProtocolLevel::v5) {  // [MQTT-4.8.2-1], [MQTT-4.8.2-2]
    return failFrom(shared);
  }
  return {};
}

Result<TopicRequest> readWish(WireReader& reader, ProtocolLevel level) {
  constexpr auto kType = PacketType::subscribe;
  const auto filter = reader.field();
  const auto options = filter ? reader.byte() : std::nullopt;
  if (!options) return endsEarly(kType);
  if (auto checked = checkTopicFilter(*filter); !checked) {  // [MQTT-3.8.3-1]
    return tl::unexpected(topicError(kType, *filter, checked.error(), level));
  }
  TopicRequest wish;
  wish.filter = *filter;
  if (auto read = readShared(level, wish); !read) return failFrom(read);
  if (auto read = readOptions(*options, level, wish); !read) return failFrom(read);
  return wish;
}

tl::unexpected<Error> tooManyFilters(PacketType type) {
  return malformed(type, fmt::format("there are more than {} topic filters", kMaxFiltersPerPacket));
}

}  // namespace

Result<Publish> decodePublish(const Frame& frame, ProtocolLevel level) {
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
  publish.topic = *topic;
  if (!topic->empty() || level == ProtocolLevel::v311) {
    if (auto checked = checkTopicName(*topic); !checked) {  // [MQTT-3.3.2-1], [MQTT-3.3.2-2]
      return tl::unexpected(topicError(kType, *topic, checked.error(), level));
    }
  }
  if (qos != 0) {
    const auto id = readPacketId(kType, reader);
    if (!id) return failFrom(id);
    publish.packetId = *id;
  }
  if (level == ProtocolLevel::v5) {
    if (auto read = readPublishProperties(reader, publish); !read) return failFrom(read);
  }
  publish.payload = reader.rest();
  return publish;
}

Result<Subscribe> decodeSubscribe(const Frame& frame, DecodeScratch& scratch, ProtocolLevel level) {
  constexpr auto kType = PacketType::subscribe;
  if (auto checked = checkFixedFlags(frame); !checked) return failFrom(checked);
  WireReader reader(frame.body);
  const auto id = readPacketId(kType, reader);
  if (!id) return failFrom(id);
  Subscribe subscribe{*id, {}};
  if (level == ProtocolLevel::v5) {
    const auto properties = readProperties(kType, reader);
    if (!properties) return failFrom(properties);
    subscribe.properties = *properties;
  }
  scratch.topics.clear();
  while (!reader.atEnd()) {
    const auto wish = readWish(reader, level);
    if (!wish) return failFrom(wish);
    if (scratch.topics.size() == kMaxFiltersPerPacket) return tooManyFilters(kType);
    scratch.topics.push_back(*wish);
  }
  if (scratch.topics.empty()) return malformed(kType, "there is no topic filter");  // [MQTT-3.8.3-2]
  subscribe.topics = scratch.topics;
  return subscribe;
}

Result<Unsubscribe> decodeUnsubscribe(const Frame& frame, DecodeScratch& scratch, ProtocolLevel level) {
  constexpr auto kType = PacketType::unsubscribe;
  if (auto checked = checkFixedFlags(frame); !checked) return failFrom(checked);
  WireReader reader(frame.body);
  const auto id = readPacketId(kType, reader);
  if (!id) return failFrom(id);
  Unsubscribe unsubscribe{*id, {}};
  if (level == ProtocolLevel::v5) {
    const auto properties = readProperties(kType, reader);
    if (!properties) return failFrom(properties);
    unsubscribe.properties = *properties;
  }
  scratch.filters.clear();
  while (!reader.atEnd()) {
    const auto filter = reader.field();
    if (!filter) return endsEarly(kType);
    if (auto checked = checkTopicFilter(*filter); !checked) {  // [MQTT-3.10.3-1]
      return tl::unexpected(topicError(kType, *filter, checked.error(), level));
    }
    if (scratch.filters.size() == kMaxFiltersPerPacket) return tooManyFilters(kType);
    scratch.filters.push_back(*filter);
  }
  if (scratch.filters.empty()) return malformed(kType, "there is no topic filter");  // [MQTT-3.10.3-2]
  unsubscribe.filters = scratch.filters;
  return unsubscribe;
}

Result<void> decodePing(const Frame& frame) {
  if (auto checked = checkFixedFlags(frame); !checked) return checked;
  if (!frame.body.empty()) return malformed(frame.type(), "the packet has a body, which it must not have");
  return {};
}

Result<Packet> decodePacket(const Frame& frame, DecodeScratch& scratch, ProtocolLevel level) {
  switch (frame.type()) {
    case PacketType::connect:
      return asPacket(decodeConnect(frame));
    case PacketType::connack:
      return asPacket(decodeConnack(frame, level));
    case PacketType::publish:
      return asPacket(decodePublish(frame, level));
    case PacketType::puback:
      return asAcknowledgement<Puback>(decodeAcknowledgement(frame, level));
    case PacketType::pubrec:
      return asAcknowledgement<Pubrec>(decodeAcknowledgement(frame, level));
    case PacketType::pubrel:
      return asAcknowledgement<Pubrel>(decodeAcknowledgement(frame, level));
    case PacketType::pubcomp:
      return asAcknowledgement<Pubcomp>(decodeAcknowledgement(frame, level));
    case PacketType::subscribe:
      return asPacket(decodeSubscribe(frame, scratch, level));
    case PacketType::suback:
      return asPacket(decodeSuback(frame, scratch, level));
    case PacketType::unsubscribe:
      return asPacket(decodeUnsubscribe(frame, scratch, level));
    case PacketType::unsuback:
      return asPacket(decodeUnsuback(frame, scratch, level));
    case PacketType::pingreq:
      return decodeBare<Pingreq>(frame);
    case PacketType::pingresp:
      return decodeBare<Pingresp>(frame);
    case PacketType::disconnect:
      return asPacket(decodeDisconnect(frame, level));
    case PacketType::auth:
      if (level == ProtocolLevel::v5) return asPacket(decodeAuth(frame));
      break;
  }
  return fail(MqttErrc::malformedPacket, fmt::format("The packet type {} is reserved", static_cast<int>(frame.type())));
}

}  // namespace carport::mqtt
