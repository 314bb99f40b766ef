#include "gateway/protocol/mqtt/packets.h"

#include <array>

namespace carport::mqtt {

std::string_view toText(PacketType type) {
  static constexpr std::array<std::string_view, 16> kNames{
      "",          "CONNECT", "CONNACK",     "PUBLISH",  "PUBACK",  "PUBREC",   "PUBREL",     "PUBCOMP",
      "SUBSCRIBE", "SUBACK",  "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH"};
  const auto index = static_cast<std::size_t>(type);
  return index < kNames.size() ? kNames[index] : std::string_view();
}

}  // namespace carport::mqtt
