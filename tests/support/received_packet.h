#pragma once

#include "gateway/protocol/mqtt/decoder.h"
#include "gateway/protocol/mqtt/frame_reader.h"
#include "gateway/protocol/mqtt/packets.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace carport::test {

/// A packet from the server, with what it says copied out.
struct ReceivedPacket {
  mqtt::PacketType type{};
  mqtt::PacketId packetId = 0;
  mqtt::ConnectCode connectCode{};
  mqtt::ReasonCode reason{};  ///< of CONNACK, PUBACK and its like, DISCONNECT; 5.0
  bool sessionPresent = false;
  std::vector<mqtt::ReasonCode> codes;
  std::string topic;
  std::string payload;
  mqtt::Qos qos{};
  bool retain = false;
  bool duplicate = false;
  std::string properties;  ///< as they were sent; 5.0

  std::optional<std::uint32_t> number(mqtt::PropertyId id) const { return mqtt::Properties{properties}.number(id); }
  std::string text(mqtt::PropertyId id) const {
    return std::string(mqtt::Properties{properties}.text(id).value_or(std::string_view()));
  }
  /// "name=value" each.
  std::vector<std::string> userProperties() const {
    std::vector<std::string> all;
    mqtt::Properties{properties}.forEachUserProperty([&](std::string_view name, std::string_view value) {
      all.push_back(std::string(name).append("=").append(value));
    });
    return all;
  }
  std::vector<std::uint32_t> subscriptionIds() const {
    std::vector<std::uint32_t> ids;
    mqtt::PropertyReader reader(properties);
    while (const auto property = reader.next()) {
      if (property->id == mqtt::PropertyId::subscriptionIdentifier) ids.push_back(property->number);
    }
    return ids;
  }
};

/// What tests look at in `packet`.
inline ReceivedPacket received(const mqtt::Packet& packet, mqtt::PacketType type) {
  ReceivedPacket result;
  result.type = type;
  std::visit(
      [&](const auto& known) {
        if constexpr (requires { known.packetId; }) result.packetId = known.packetId;
        if constexpr (requires { known.properties; }) result.properties = known.properties.encoded;
        if constexpr (requires { known.reason; }) result.reason = known.reason;
        if constexpr (requires { known.codes; }) result.codes.assign(known.codes.begin(), known.codes.end());
      },
      packet);
  if (const auto* connack = std::get_if<mqtt::Connack>(&packet)) {
    result.connectCode = mqtt::toConnectCode(connack->reason);
    result.sessionPresent = connack->sessionPresent;
  } else if (const auto* publish = std::get_if<mqtt::Publish>(&packet)) {
    result.topic = publish->topic;
    result.payload = publish->payload;
    result.qos = publish->qos;
    result.retain = publish->retain;
    result.duplicate = publish->duplicate;
  }
  return result;
}

/// The whole packets that `reader` has by now, after `bytes`.
inline void takePackets(mqtt::FrameReader& reader, std::string_view bytes, mqtt::ProtocolLevel level,
                        std::deque<ReceivedPacket>& packets) {
  reader.feed(bytes);
  mqtt::DecodeScratch scratch;
  while (true) {
    const auto frame = reader.next();
    if (!frame || !*frame) break;
    if (const auto packet = mqtt::decodePacket(**frame, scratch, level))
      packets.push_back(received(*packet, (*frame)->type()));
  }
  reader.keepRest();
}

/// Encoded properties: `propertiesOf([](auto& with) { with.number(…).text(…); })`.
template <class Fill>
std::string propertiesOf(Fill&& fill) {
  std::string encoded;
  mqtt::PropertyWriter writer(encoded);
  std::forward<Fill>(fill)(writer);
  return encoded;
}

}  // namespace carport::test
