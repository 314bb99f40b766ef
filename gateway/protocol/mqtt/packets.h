#pragma once

#include "gateway/protocol/mqtt/properties.h"
#include "gateway/protocol/mqtt/reason_code.h"
#include "gateway/protocol/mqtt/topic.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

/// MQTT's control packets as values (MQTT 5.0 §3; 3.1.1 has the same with less in them). Every view points into the
/// bytes that a packet was decoded from, or into what the caller gives to the encoder. What 3.1.1 does not have
/// (properties, most reason codes) is empty after decoding and left out by the encoder there.
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
  Properties properties = {};  ///< with the will delay interval
};

struct Connect {
  ProtocolLevel level = ProtocolLevel::v311;
  bool cleanSession = true;            ///< 5.0: clean start
  std::uint16_t keepAliveSeconds = 0;  ///< 0: none
  std::string_view clientId;           ///< empty: the server chooses one
  std::optional<Will> will;
  std::optional<std::string_view> userName;
  std::optional<std::string_view> password;  ///< bytes, not text; never log it
  Properties properties = {};

  /// How long the session stays after the connection, in seconds (§3.1.2.11.2); kNeverExpires: for ever. In 3.1.1 that
  /// or, with a clean session, 0.
  std::uint32_t sessionExpirySeconds() const {
    if (level == ProtocolLevel::v311) return cleanSession ? 0 : kNeverExpires;
    return properties.number(PropertyId::sessionExpiryInterval).value_or(0);
  }
};

struct Connack {
  bool sessionPresent = false;
  ReasonCode reason = ReasonCode::success;  ///< 3.1.1: see toConnectCode()
  Properties properties = {};
};

struct Publish {
  std::string_view topic;
  std::string_view payload;
  Qos qos = Qos::atMostOnce;
  bool retain = false;
  bool duplicate = false;
  PacketId packetId = 0;  ///< 0 in QoS 0
  Properties properties = {};
  std::uint16_t topicAlias = 0;  ///< as it is in the properties, 0: none; for readers, the encoder takes no notice
};

/// The four packets that carry nothing but a packet id (and in 5.0 a reason).
template <PacketType type>
struct Acknowledgement {
  static constexpr PacketType kType = type;
  PacketId packetId = 0;
  ReasonCode reason = ReasonCode::success;
  Properties properties = {};
};
using Puback = Acknowledgement<PacketType::puback>;
using Pubrec = Acknowledgement<PacketType::pubrec>;
using Pubrel = Acknowledgement<PacketType::pubrel>;
using Pubcomp = Acknowledgement<PacketType::pubcomp>;

/// Whether a subscriber gets the retained messages (§3.8.3.1).
enum class RetainHandling : std::uint8_t {
  send = 0,       ///< at every SUBSCRIBE, as in 3.1.1
  sendIfNew = 1,  ///< only where the subscription did not exist
  doNotSend = 2,
};

/// One wish of a SUBSCRIBE.
struct TopicRequest {
  std::string_view filter;    ///< as it was sent: a shared one with $share and its group
  Qos qos = Qos::atMostOnce;  ///< at most
  bool noLocal = false;       ///< not what the same client published
  bool retainAsPublished = false;
  RetainHandling retainHandling = RetainHandling::send;
  std::optional<SharedFilter> shared = {};  ///< filled by the decoder; the encoder sends `filter`

  /// What topics are compared with.
  std::string_view matched() const { return shared ? shared->filter : filter; }
};

struct Subscribe {
  PacketId packetId = 0;
  std::span<const TopicRequest> topics;  ///< never empty
  Properties properties = {};

  /// 0: none (§3.8.2.1.2)
  std::uint32_t subscriptionId() const { return properties.number(PropertyId::subscriptionIdentifier).value_or(0); }
};

struct Suback {
  PacketId packetId = 0;
  std::span<const ReasonCode> codes;  ///< one for each wish, in order
  Properties properties = {};
};

struct Unsubscribe {
  PacketId packetId = 0;
  std::span<const std::string_view> filters;  ///< never empty
  Properties properties = {};
};

struct Unsuback {
  PacketId packetId = 0;
  std::span<const ReasonCode> codes = {};  ///< one for each filter, in order; none in 3.1.1
  Properties properties = {};
};

struct Pingreq {};
struct Pingresp {};

/// In 3.1.1 from the client only.
struct Disconnect {
  ReasonCode reason = ReasonCode::success;
  Properties properties = {};
};

/// 5.0 only.
struct Auth {
  ReasonCode reason = ReasonCode::success;
  Properties properties = {};
};

using Packet = std::variant<Connect, Connack, Publish, Puback, Pubrec, Pubrel, Pubcomp, Subscribe, Suback, Unsubscribe,
                            Unsuback, Pingreq, Pingresp, Disconnect, Auth>;

/// The ReasonCode that grants `qos` in a SUBACK.
constexpr ReasonCode granted(Qos qos) {
  return static_cast<ReasonCode>(qos);
}

}  // namespace carport::mqtt
