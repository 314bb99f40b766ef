#pragma once

#include "gateway/protocol/mqtt/properties.h"
#include "gateway/protocol/mqtt/reason_code.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

/// MQTT's control packets as values (MQTT 3.1.1 §3). Every view points into the bytes that a packet was decoded from,
/// or into what the caller gives to the encoder.
namespace carport::mqtt {

/// High four bits of a packet's first byte (§2.2.1).
enum class PacketType : std::uint8_t {
  connect = 1,
  connack,
  publish,
  puback,
  pubrec,
  pubrel,
  pubcomp,
  subscribe,
  suback,
  unsubscribe,
  unsuback,
  pingreq,
  pingresp,
  disconnect,
  auth,  ///< MQTT 5.0 only
};

/// "PUBLISH" and so on; empty for what is no packet type.
std::string_view toText(PacketType type);

/// Protocol level of CONNECT (§3.1.2.2).
enum class ProtocolLevel : std::uint8_t { v311 = 4, v5 = 5 };

enum class Qos : std::uint8_t { atMostOnce = 0, atLeastOnce = 1, exactlyOnce = 2 };

/// Ties a packet to its acknowledgement; never 0 where there is one (§2.3.1).
using PacketId = std::uint16_t;

/// What the gateway publishes where the client ends without DISCONNECT (§3.1.2.5).
struct Will {
  std::string_view topic;
  std::string_view payload;
  Qos qos = Qos::atMostOnce;
  bool retain = false;
  Properties properties;
};

struct Connect {
  ProtocolLevel level = ProtocolLevel::v311;
  bool cleanSession = true;
  std::uint16_t keepAliveSeconds = 0;  ///< 0: none
  std::string_view clientId;           ///< empty: the server chooses one
  std::optional<Will> will;
  std::optional<std::string_view> userName;
  std::optional<std::string_view> password;  ///< bytes, not text; never log it
  Properties properties;
};

struct Connack {
  bool sessionPresent = false;
  ConnectCode code = ConnectCode::accepted;
};

struct Publish {
  std::string_view topic;
  std::string_view payload;
  Qos qos = Qos::atMostOnce;
  bool retain = false;
  bool duplicate = false;
  PacketId packetId = 0;  ///< 0 in QoS 0
  Properties properties;
};

/// The four packets that carry nothing but a packet id (and in MQTT 5.0 a reason).
template <PacketType type>
struct Acknowledgement {
  static constexpr PacketType kType = type;
  PacketId packetId = 0;
  ReasonCode reason = ReasonCode::success;
};
using Puback = Acknowledgement<PacketType::puback>;
using Pubrec = Acknowledgement<PacketType::pubrec>;
using Pubrel = Acknowledgement<PacketType::pubrel>;
using Pubcomp = Acknowledgement<PacketType::pubcomp>;
using Unsuback = Acknowledgement<PacketType::unsuback>;

/// One wish of a SUBSCRIBE.
struct TopicRequest {
  std::string_view filter;
  Qos qos = Qos::atMostOnce;  ///< at most
};

struct Subscribe {
  PacketId packetId = 0;
  std::span<const TopicRequest> topics;  ///< never empty
  Properties properties;
};

struct Suback {
  PacketId packetId = 0;
  std::span<const ReasonCode> codes;  ///< one for each wish, in order
};

struct Unsubscribe {
  PacketId packetId = 0;
  std::span<const std::string_view> filters;  ///< never empty
};

struct Pingreq {};
struct Pingresp {};
struct Disconnect {
  ReasonCode reason = ReasonCode::success;
};

using Packet = std::variant<Connect, Connack, Publish, Puback, Pubrec, Pubrel, Pubcomp, Subscribe, Suback, Unsubscribe,
                            Unsuback, Pingreq, Pingresp, Disconnect>;

/// The ReasonCode that grants `qos` in a SUBACK.
constexpr ReasonCode granted(Qos qos) {
  return static_cast<ReasonCode>(qos);
}

}  // namespace carport::mqtt
