#include "gateway/protocol/mqtt/decode_fields.h"

#include "gateway/protocol/mqtt/decode_errors.h"
#include "gateway/protocol/mqtt/utf8.h"

namespace carport::mqtt {

namespace {

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

}  // namespace

Result<void> checkFixedFlags(const Frame& frame) {
  if (frame.flags() == fixedFlags(frame.type())) return {};
  return malformed(frame.type(),
                   fmt::format("the flags are {} and must be {}", frame.flags(), fixedFlags(frame.type())));
}

Result<PacketId> readPacketId(PacketType type, WireReader& reader) {
  const auto id = reader.integer();
  if (!id) return endsEarly(type);
  if (*id == 0) return malformed(type, "the packet identifier is 0");
  return *id;
}

Result<ReasonCode> readReason(PacketType type, WireReader& reader) {
  const auto byte = reader.byte();
  if (!byte) return endsEarly(type);
  const auto reason = static_cast<ReasonCode>(*byte);
  if (!isAllowed(reason, type)) {
    return fail(MqttErrc::protocolError, fmt::format("{}: the reason code {} is not allowed", toText(type), *byte));
  }
  return reason;
}

Error topicError(PacketType type, std::string_view text, const Error& found, ProtocolLevel level) {
  if (level == ProtocolLevel::v311 || isMqttUtf8(text)) return found;
  return Error(MqttErrc::malformedPacket, fmt::format("{}: {}", toText(type), found.message()));
}

}  // namespace carport::mqtt
