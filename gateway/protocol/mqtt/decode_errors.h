#pragma once

#include "gateway/base/result.h"
#include "gateway/protocol/mqtt/mqtt_errc.h"
#include "gateway/protocol/mqtt/packets.h"

#include <fmt/format.h>

#include <string_view>

/// Sentences that the decoding functions share.
namespace carport::mqtt {

inline tl::unexpected<Error> malformed(PacketType type, std::string_view what) {
  return fail(MqttErrc::malformedPacket, fmt::format("{}: {}", toText(type), what));
}

inline tl::unexpected<Error> endsEarly(PacketType type) {
  return malformed(type, "the packet ends before its last field");
}

}  // namespace carport::mqtt
