#include "gateway/protocol/mqtt/property_rules.h"

#include "gateway/protocol/mqtt/decode_errors.h"
#include "gateway/protocol/mqtt/topic.h"
#include "gateway/protocol/mqtt/utf8.h"

namespace carport::mqtt {

namespace {

using Places = std::uint16_t;

constexpr Places in(PacketType type) {
  return static_cast<Places>(1u << static_cast<unsigned>(type));
}

constexpr Places kWill = 1;  // no packet type has the number 0
constexpr Places kConnect = in(PacketType::connect);
constexpr Places kConnack = in(PacketType::connack);
constexpr Places kPublish = in(PacketType::publish);
constexpr Places kSubscribe = in(PacketType::subscribe);
constexpr Places kUnsubscribe = in(PacketType::unsubscribe);
constexpr Places kDisconnect = in(PacketType::disconnect);
constexpr Places kAuth = in(PacketType::auth);
constexpr Places kAcknowledgements = in(PacketType::puback) | in(PacketType::pubrec) | in(PacketType::pubrel) |
                                     in(PacketType::pubcomp) | in(PacketType::suback) | in(PacketType::unsuback);

/// Where a property may be (MQTT 5.0 §2.2.2.2, table 2-4).
constexpr Places placesOf(PropertyId id) {
  switch (id) {
    case PropertyId::payloadFormatIndicator:
    case PropertyId::messageExpiryInterval:
    case PropertyId::contentType:
    case PropertyId::responseTopic:
    case PropertyId::correlationData:
      return kPublish | kWill;
    case PropertyId::subscriptionIdentifier:
      return kPublish | kSubscribe;
    case PropertyId::sessionExpiryInterval:
      return kConnect | kConnack | kDisconnect;
    case PropertyId::authenticationMethod:
    case PropertyId::authenticationData:
      return kConnect | kConnack | kAuth;
    case PropertyId::requestProblemInformation:
    case PropertyId::requestResponseInformation:
      return kConnect;
    case PropertyId::willDelayInterval:
      return kWill;
    case PropertyId::serverReference:
      return kConnack | kDisconnect;
    case PropertyId::reasonString:
      return kConnack | kAcknowledgements | kDisconnect | kAuth;
    case PropertyId::receiveMaximum:
    case PropertyId::topicAliasMaximum:
    case PropertyId::maximumPacketSize:
      return kConnect | kConnack;
    case PropertyId::topicAlias:
      return kPublish;
    case PropertyId::assignedClientIdentifier:
    case PropertyId::serverKeepAlive:
    case PropertyId::responseInformation:
    case PropertyId::maximumQos:
    case PropertyId::retainAvailable:
    case PropertyId::wildcardSubscriptionAvailable:
    case PropertyId::subscriptionIdentifierAvailable:
    case PropertyId::sharedSubscriptionAvailable:
      return kConnack;
    case PropertyId::userProperty:
      return kConnect | kConnack | kPublish | kWill | kAcknowledgements | kSubscribe | kUnsubscribe | kDisconnect |
             kAuth;
  }
  return 0;
}

tl::unexpected<Error> violated(PacketType type, std::string_view what) {
  return fail(MqttErrc::protocolError, fmt::format("{}: {}", toText(type), what));
}

Result<void> checkNumber(PacketType type, const Property& property) {
  if (property.number == 0) {
    switch (property.id) {
      case PropertyId::receiveMaximum:
        return violated(type, "the receive maximum is 0");
      case PropertyId::maximumPacketSize:
        return violated(type, "the maximum packet size is 0");
      case PropertyId::subscriptionIdentifier:
        return violated(type, "the subscription identifier is 0");
      case PropertyId::topicAlias:  // [MQTT-3.3.2-8]
        return fail(MqttErrc::topicAliasInvalid, fmt::format("{}: the topic alias is 0", toText(type)));
      default:
        return {};
    }
  }
  if (typeOf(property.id) == PropertyType::byte && property.number > 1) {
    return violated(
        type, fmt::format("the property {} is {} and must be 0 or 1", static_cast<int>(property.id), property.number));
  }
  return {};
}

Result<void> checkText(PacketType type, const Property& property) {
  const PropertyType kind = typeOf(property.id);
  if (kind != PropertyType::text && kind != PropertyType::textPair) return {};
  if (!isMqttUtf8(property.text) || !isMqttUtf8(property.value)) {  // [MQTT-1.5.4-1], [MQTT-1.5.4-2], [MQTT-1.5.7-1]
    return malformed(type, fmt::format("the property {} is not valid UTF-8", static_cast<int>(property.id)));
  }
  // [MQTT-3.3.2-14]; and it is going to be a topic name.
  if (property.id == PropertyId::responseTopic && !checkTopicName(property.text)) {
    return violated(type, "the response topic is not a valid topic name");
  }
  return {};
}

/// Of these a packet may have several: user properties, and in a server's PUBLISH subscription identifiers.
bool mayRepeat(PropertyId id, Places place) {
  return id == PropertyId::userProperty || (id == PropertyId::subscriptionIdentifier && place == kPublish);
}

Result<void> checkProperties(PacketType type, Places place, std::string_view encoded) {
  std::uint64_t seen = 0;
  PropertyReader reader(encoded);
  while (const auto property = reader.next()) {
    const auto number = static_cast<int>(property->id);
    if ((placesOf(property->id) & place) == 0) {
      return malformed(type, fmt::format("the property {} is not allowed here", number));
    }
    const std::uint64_t bit = std::uint64_t{1} << number;
    if ((seen & bit) != 0 && !mayRepeat(property->id, place)) {
      return violated(type, fmt::format("the property {} is there twice", number));
    }
    seen |= bit;
    if (auto checked = checkNumber(type, *property); !checked) return checked;
    if (auto checked = checkText(type, *property); !checked) return checked;
  }
  if (reader.failed()) return malformed(type, "a property is unknown or cut off");
  const auto has = [seen](PropertyId id) { return (seen >> static_cast<unsigned>(id) & 1) != 0; };
  if (has(PropertyId::authenticationData) && !has(PropertyId::authenticationMethod)) {
    return violated(type, "there is authentication data without an authentication method");
  }
  return {};
}

Result<Properties> read(PacketType type, Places place, WireReader& reader) {
  const auto length = reader.variable();
  if (!length) return malformed(type, "the property length is missing or not well-formed");
  if (*length == 0) return Properties{};
  const auto encoded = reader.bytes(*length);
  if (!encoded) return malformed(type, "the properties end before their length");
  if (auto checked = checkProperties(type, place, *encoded); !checked) return failFrom(checked);
  return Properties{*encoded};
}

}  // namespace

Result<Properties> readProperties(PacketType type, WireReader& reader) {
  return read(type, in(type), reader);
}

Result<Properties> readWillProperties(WireReader& reader) {
  return read(PacketType::connect, kWill, reader);
}

}  // namespace carport::mqtt
