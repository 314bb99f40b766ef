#include "gateway/protocol/mqtt/decode_errors.h"
#include "gateway/protocol/mqtt/decode_fields.h"
#include "gateway/protocol/mqtt/decoder.h"
#include "gateway/protocol/mqtt/limits.h"
#include "gateway/protocol/mqtt/property_rules.h"
#include "gateway/protocol/mqtt/topic.h"
#include "gateway/protocol/mqtt/utf8.h"
#include "gateway/protocol/mqtt/wire_reader.h"

namespace carport::mqtt {

namespace {

constexpr auto kType = PacketType::connect;

/// The connect flags (MQTT 5.0 §3.1.2.3).
struct ConnectFlags {
  std::uint8_t bits = 0;

  bool reserved() const { return (bits & 0x01) != 0; }
  bool cleanSession() const { return (bits & 0x02) != 0; }
  bool will() const { return (bits & 0x04) != 0; }
  std::uint8_t willQos() const { return static_cast<std::uint8_t>(bits >> 3 & 0x03); }
  bool willRetain() const { return (bits & 0x20) != 0; }
  bool password() const { return (bits & 0x40) != 0; }
  bool userName() const { return (bits & 0x80) != 0; }
};

Result<void> checkFlags(ConnectFlags flags, ProtocolLevel level) {
  if (flags.reserved()) return malformed(kType, "the reserved connect flag is set");         // [MQTT-3.1.2-3]
  if (flags.will() && flags.willQos() == 3) return malformed(kType, "the will's QoS is 3");  // [MQTT-3.1.2-12]
  if (!flags.will() && flags.willQos() != 0) {                                               // [MQTT-3.1.2-11]
    return malformed(kType, "there is a will QoS without a will");
  }
  if (!flags.will() && flags.willRetain()) {  // [MQTT-3.1.2-13]
    return malformed(kType, "there is a will retain flag without a will");
  }
  // [MQTT-3.1.2-22] of 3.1.1; 5.0 allows it.
  if (level == ProtocolLevel::v311 && flags.password() && !flags.userName()) {
    return malformed(kType, "there is a password without a user name");
  }
  return {};
}

/// Protocol name and level; what comes after them is known only where they are ours.
Result<ProtocolLevel> readProtocol(WireReader& reader) {
  const auto name = reader.field();
  if (!name) return endsEarly(kType);
  const auto level = reader.byte();
  if (*name == "MQIsdp") {  // MQTT 3.1, before it was standardised
    return fail(MqttErrc::unsupportedVersion, "The client speaks MQTT 3.1; the gateway speaks MQTT 3.1.1 and 5.0");
  }
  if (*name != "MQTT") return malformed(kType, "the protocol name is not \"MQTT\"");  // [MQTT-3.1.2-1]
  if (!level) return endsEarly(kType);
  if (*level == static_cast<std::uint8_t>(ProtocolLevel::v311)) return ProtocolLevel::v311;
  if (*level == static_cast<std::uint8_t>(ProtocolLevel::v5)) return ProtocolLevel::v5;
  return fail(  // [MQTT-3.1.2-2]
      MqttErrc::unsupportedVersion,
      fmt::format("The client speaks MQTT protocol level {}; the gateway speaks 4 (MQTT 3.1.1) and 5 (MQTT 5.0)",
                  *level));
}

Result<void> readClientId(WireReader& reader, Connect& connect) {
  const auto clientId = reader.field();
  if (!clientId) return endsEarly(kType);                                                           // [MQTT-3.1.3-3]
  if (!isMqttUtf8(*clientId)) return malformed(kType, "the client identifier is not valid UTF-8");  // [MQTT-3.1.3-4]
  if (clientId->size() > kMaxClientIdBytes) {                                                       // [MQTT-3.1.3-8]
    return fail(MqttErrc::clientIdRejected,
                fmt::format("The client identifier is longer than {} bytes", kMaxClientIdBytes));
  }
  // [MQTT-3.1.3-8] of 3.1.1; in 5.0 the server tells the client which one it got.
  if (clientId->empty() && !connect.cleanSession && connect.level == ProtocolLevel::v311) {
    return fail(MqttErrc::clientIdRejected, "An empty client identifier needs a clean session");
  }
  connect.clientId = *clientId;
  return {};
}

Result<void> readWill(WireReader& reader, ConnectFlags flags, Connect& connect) {
  Will will;
  if (connect.level == ProtocolLevel::v5) {
    const auto properties = readWillProperties(reader);
    if (!properties) return failFrom(properties);
    will.properties = *properties;
  }
  const auto topic = reader.field();
  const auto payload = topic ? reader.field() : std::nullopt;
  if (!payload) return endsEarly(kType);
  // [MQTT-3.1.3-11]; it becomes a PUBLISH, so the rules of topic names hold, too.
  if (auto checked = checkTopicName(*topic); !checked) {
    return tl::unexpected(topicError(kType, *topic, checked.error(), connect.level));
  }
  will.topic = *topic;
  will.payload = *payload;
  will.qos = static_cast<Qos>(flags.willQos());
  will.retain = flags.willRetain();
  connect.will = will;
  return {};
}

Result<void> readCredentials(WireReader& reader, ConnectFlags flags, Connect& connect) {
  if (flags.userName()) {
    connect.userName = reader.field();
    if (!connect.userName) return endsEarly(kType);
    if (!isMqttUtf8(*connect.userName)) return malformed(kType, "the user name is not valid UTF-8");  // [MQTT-3.1.3-12]
  }
  if (flags.password()) {
    connect.password = reader.field();
    if (!connect.password) return endsEarly(kType);
  }
  return {};
}

}  // namespace

Result<Connect> decodeConnect(const Frame& frame) {
  if (frame.flags() != 0) return malformed(kType, "the reserved flags are set");  // [MQTT-2.1.3-1]
  WireReader reader(frame.body);
  const auto level = readProtocol(reader);
  if (!level) return failFrom(level);
  const auto bits = reader.byte();
  const auto keepAlive = reader.integer();
  if (!bits || !keepAlive) return endsEarly(kType);
  const ConnectFlags flags{*bits};
  if (auto checked = checkFlags(flags, *level); !checked) return failFrom(checked);

  Connect connect;
  connect.level = *level;
  connect.cleanSession = flags.cleanSession();
  connect.keepAliveSeconds = *keepAlive;
  if (*level == ProtocolLevel::v5) {
    const auto properties = readProperties(kType, reader);
    if (!properties) return failFrom(properties);
    connect.properties = *properties;
  }
  if (auto read = readClientId(reader, connect); !read) return failFrom(read);
  if (flags.will()) {
    if (auto read = readWill(reader, flags, connect); !read) return failFrom(read);
  }
  if (auto read = readCredentials(reader, flags, connect); !read) return failFrom(read);
  if (!reader.atEnd()) return malformed(kType, "there are bytes after the last field");
  return connect;
}

std::optional<std::uint8_t> connectLevel(const Frame& frame) {
  WireReader reader(frame.body);
  const auto name = reader.field();
  if (frame.type() != kType || name != "MQTT") return std::nullopt;
  return reader.byte();
}

}  // namespace carport::mqtt
