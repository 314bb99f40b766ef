#include "gateway/protocol/mqtt/decode_errors.h"
#include "gateway/protocol/mqtt/decode_fields.h"
#include "gateway/protocol/mqtt/decoder.h"
#include "gateway/protocol/mqtt/limits.h"
#include "gateway/protocol/mqtt/property_rules.h"

/// The packets that answer others, and the last ones: all that carry reason codes.
namespace carport::mqtt {

namespace {

Result<void> checkEnd(PacketType type, const WireReader& reader, std::string_view last) {
  if (reader.atEnd()) return {};
  return malformed(type, fmt::format("there are bytes after the {}", last));
}

/// [MQTT-3.9.3-2] of 3.1.1; in 5.0 the codes of the packet's section.
bool isCode(std::uint8_t code, PacketType type, ProtocolLevel level) {
  if (level == ProtocolLevel::v311) return code <= 2 || code == 0x80;
  return isAllowed(static_cast<ReasonCode>(code), type);
}

Result<void> readCodes(PacketType type, ProtocolLevel level, WireReader& reader, std::vector<ReasonCode>& codes) {
  codes.clear();
  while (const auto code = reader.byte()) {
    if (!isCode(*code, type, level)) return malformed(type, fmt::format("the reason code {} is not allowed", *code));
    if (codes.size() == kMaxFiltersPerPacket) {
      return malformed(type, fmt::format("there are more than {} reason codes", kMaxFiltersPerPacket));
    }
    codes.push_back(static_cast<ReasonCode>(*code));
  }
  if (codes.empty()) return malformed(type, "there is no reason code");
  return {};
}

/// What follows where there is more than the fixed part: a reason, and then perhaps properties (§3.4.2, §3.14.2).
template <class Packet>
Result<void> readReasonAndProperties(PacketType type, WireReader& reader, Packet& packet) {
  if (reader.atEnd()) return {};
  const auto reason = readReason(type, reader);
  if (!reason) return failFrom(reason);
  packet.reason = *reason;
  if (reader.atEnd() && type != PacketType::auth) return {};
  const auto properties = readProperties(type, reader);
  if (!properties) return failFrom(properties);
  packet.properties = *properties;
  return checkEnd(type, reader, "properties");
}

Result<Connack> readConnack311(std::uint8_t flags, WireReader& reader) {
  constexpr auto kType = PacketType::connack;
  const auto code = reader.byte();
  if (!code) return endsEarly(kType);
  if (*code > 5) return malformed(kType, fmt::format("the return code {} is reserved", *code));
  if (auto checked = checkEnd(kType, reader, "return code"); !checked) return failFrom(checked);
  return Connack{flags != 0, toReasonCode(static_cast<ConnectCode>(*code))};
}

Result<Connack> readConnack5(std::uint8_t flags, WireReader& reader) {
  constexpr auto kType = PacketType::connack;
  const auto reason = readReason(kType, reader);
  if (!reason) return failFrom(reason);
  const auto properties = readProperties(kType, reader);
  if (!properties) return failFrom(properties);
  if (auto checked = checkEnd(kType, reader, "properties"); !checked) return failFrom(checked);
  return Connack{flags != 0, *reason, *properties};
}

}  // namespace

Result<AnyAcknowledgement> decodeAcknowledgement(const Frame& frame, ProtocolLevel level) {
  const PacketType type = frame.type();
  if (auto checked = checkFixedFlags(frame); !checked) return failFrom(checked);
  WireReader reader(frame.body);
  const auto id = readPacketId(type, reader);
  if (!id) return failFrom(id);
  AnyAcknowledgement packet{*id};
  if (reader.atEnd()) return packet;
  if (level == ProtocolLevel::v311) return malformed(type, "there are bytes after the packet identifier");
  if (auto read = readReasonAndProperties(type, reader, packet); !read) return failFrom(read);
  return packet;
}

Result<Connack> decodeConnack(const Frame& frame, ProtocolLevel level) {
  constexpr auto kType = PacketType::connack;
  if (auto checked = checkFixedFlags(frame); !checked) return failFrom(checked);
  WireReader reader(frame.body);
  const auto flags = reader.byte();
  if (!flags) return endsEarly(kType);
  if (*flags > 1) return malformed(kType, "the reserved acknowledge flags are set");  // [MQTT-3.2.2-1]
  auto connack = level == ProtocolLevel::v5 ? readConnack5(*flags, reader) : readConnack311(*flags, reader);
  if (connack && connack->sessionPresent && connack->reason != ReasonCode::success) {  // [MQTT-3.2.2-6]
    return malformed(kType, "a session is said to be present though the connection is refused");
  }
  return connack;
}

Result<Suback> decodeSuback(const Frame& frame, DecodeScratch& scratch, ProtocolLevel level) {
  constexpr auto kType = PacketType::suback;
  if (auto checked = checkFixedFlags(frame); !checked) return failFrom(checked);
  WireReader reader(frame.body);
  const auto id = readPacketId(kType, reader);
  if (!id) return failFrom(id);
  Suback suback{*id, {}};
  if (level == ProtocolLevel::v5) {
    const auto properties = readProperties(kType, reader);
    if (!properties) return failFrom(properties);
    suback.properties = *properties;
  }
  if (auto read = readCodes(kType, level, reader, scratch.codes); !read) return failFrom(read);
  suback.codes = scratch.codes;
  return suback;
}

Result<Unsuback> decodeUnsuback(const Frame& frame, DecodeScratch& scratch, ProtocolLevel level) {
  constexpr auto kType = PacketType::unsuback;
  if (auto checked = checkFixedFlags(frame); !checked) return failFrom(checked);
  WireReader reader(frame.body);
  const auto id = readPacketId(kType, reader);
  if (!id) return failFrom(id);
  Unsuback unsuback{*id};
  if (level == ProtocolLevel::v311) {
    if (auto checked = checkEnd(kType, reader, "packet identifier"); !checked) return failFrom(checked);
    return unsuback;
  }
  const auto properties = readProperties(kType, reader);
  if (!properties) return failFrom(properties);
  unsuback.properties = *properties;
  if (auto read = readCodes(kType, level, reader, scratch.codes); !read) return failFrom(read);
  unsuback.codes = scratch.codes;
  return unsuback;
}

Result<Disconnect> decodeDisconnect(const Frame& frame, ProtocolLevel level) {
  if (level == ProtocolLevel::v311) return decodePing(frame).map([] { return Disconnect{}; });
  if (auto checked = checkFixedFlags(frame); !checked) return failFrom(checked);
  WireReader reader(frame.body);
  Disconnect disconnect;
  if (auto read = readReasonAndProperties(PacketType::disconnect, reader, disconnect); !read) return failFrom(read);
  return disconnect;
}

Result<Auth> decodeAuth(const Frame& frame) {
  constexpr auto kType = PacketType::auth;
  if (auto checked = checkFixedFlags(frame); !checked) return failFrom(checked);
  WireReader reader(frame.body);
  Auth auth;
  if (auto read = readReasonAndProperties(kType, reader, auth); !read) return failFrom(read);
  // §3.15.2.2.2; only a success that says nothing more may leave it out.
  if (!frame.body.empty() && !auth.properties.text(PropertyId::authenticationMethod)) {
    return fail(MqttErrc::protocolError, "AUTH: there is no authentication method");
  }
  return auth;
}

}  // namespace carport::mqtt
