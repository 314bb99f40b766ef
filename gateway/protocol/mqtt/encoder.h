#pragma once

#include "gateway/protocol/mqtt/packets.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

/// Packets to bytes, appended to a buffer, so that many packets go out in one write. The caller gives valid packets
/// (topics checked, strings at most kMaxStringBytes, packet ids set, properties well-formed).
namespace carport::mqtt {

/// In the packet's own level.
void encode(const Connect& packet, std::string& out);
void encode(const Connack& packet, std::string& out, ProtocolLevel level = ProtocolLevel::v311);
void encode(const Publish& packet, std::string& out, ProtocolLevel level = ProtocolLevel::v311);
void encode(const Subscribe& packet, std::string& out, ProtocolLevel level = ProtocolLevel::v311);
void encode(const Suback& packet, std::string& out, ProtocolLevel level = ProtocolLevel::v311);
void encode(const Unsubscribe& packet, std::string& out, ProtocolLevel level = ProtocolLevel::v311);
void encode(const Puback& packet, std::string& out, ProtocolLevel level = ProtocolLevel::v311);
void encode(const Pubrec& packet, std::string& out, ProtocolLevel level = ProtocolLevel::v311);
void encode(const Pubrel& packet, std::string& out, ProtocolLevel level = ProtocolLevel::v311);
void encode(const Pubcomp& packet, std::string& out, ProtocolLevel level = ProtocolLevel::v311);
void encode(const Unsuback& packet, std::string& out, ProtocolLevel level = ProtocolLevel::v311);
void encode(Pingreq, std::string& out);
void encode(Pingresp, std::string& out);
void encode(const Disconnect& packet, std::string& out, ProtocolLevel level = ProtocolLevel::v311);
/// 5.0 only, so there is no level.
void encode(const Auth& packet, std::string& out);
void encode(const Packet& packet, std::string& out, ProtocolLevel level = ProtocolLevel::v311);

/// What one sender adds to the properties of a message for one receiver (MQTT 5.0 §3.3.2.3).
struct PublishAdditions {
  std::uint16_t topicAlias = 0;  ///< 0: none
  std::optional<std::uint32_t> expirySeconds = {};
  std::span<const std::uint32_t> subscriptionIds = {};
};
/// A 5.0 PUBLISH with `added` in front of its properties. Allocates nothing beside `out`.
void encode(const Publish& packet, const PublishAdditions& added, std::string& out);

/// How many bytes a PUBLISH takes on the wire.
std::size_t encodedBytes(const Publish& packet, ProtocolLevel level = ProtocolLevel::v311);
std::size_t encodedBytes(const Publish& packet, const PublishAdditions& added);

}  // namespace carport::mqtt
