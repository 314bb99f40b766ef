#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/strong_id.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace carport {

/// One life of a client's MQTT session, from clean start to expiry: a new life gets a new number.
using SessionNumber = StrongId<struct SessionTag, std::int64_t>;

/// A session expiry that never comes (MQTT 5.0 §3.1.2.11.2).
inline constexpr std::uint32_t kSessionNeverExpires = 0xFFFFFFFF;

/// A message as it waits for sessions. Where `owner` is the same, it is the same message and is stored once.
struct SessionMessage {
  std::shared_ptr<const void> owner;  ///< keeps alive what the two views show
  std::string_view topic;
  std::string_view payload;
  std::string properties;  ///< MQTT 5.0 properties as the MQTT side encodes them; empty: none
  std::uint8_t qos = 0;    ///< as published
  bool retain = false;     ///< as published
  bool isCommand = false;
  PrincipalNumber car;  ///< whose topic it is; none for topics that belong to no car
  std::optional<TimePoint> expiresAt;
};
using SessionMessagePtr = std::shared_ptr<const SessionMessage>;

/// A subscription with its options (MQTT 5.0 §3.8.3.1).
struct StoredSubscription {
  std::string filter;
  std::uint8_t qos = 0;
  bool noLocal = false;
  bool retainAsPublished = false;
  std::uint8_t retainHandling = 0;
  std::uint32_t identifier = 0;  ///< 0: none
  bool operator==(const StoredSubscription&) const = default;
};

/// Where a message of QoS 1 or 2 is on its way to the subscriber (MQTT 5.0 §4.3).
enum class OutgoingState : std::uint8_t {
  queued,    ///< not sent yet
  sent,      ///< PUBLISH is out under its packet id
  released,  ///< QoS 2: PUBREC has come, PUBREL is to be sent until PUBCOMP comes
};

/// A message of one session's queue. `sequence` is the session's own and tells the order of delivery.
struct StoredOutgoing {
  std::int64_t sequence = 0;
  SessionMessagePtr message;
  std::uint8_t qos = 1;
  bool retain = false;
  OutgoingState state = OutgoingState::queued;
  std::uint16_t packetId = 0;  ///< 0 while queued
  std::vector<std::uint32_t> identifiers;
};

/// A publish of QoS 2 that a publisher may send again under this packet id, until its PUBREC.
struct MessageOrigin {
  SessionNumber publisher;
  std::uint16_t packetId = 0;
  bool operator==(const MessageOrigin&) const = default;
};

/// A will that is still to be published, once the session's client is away for `delaySeconds` (MQTT 5.0 §3.1.3.2.2).
struct StoredWill {
  SessionMessagePtr message;
  std::uint32_t delaySeconds = 0;
  std::optional<TimePoint> dueAt;  ///< none while the client is connected
};

/// A session as it is kept.
struct SessionRecord {
  SessionNumber number;
  PrincipalNumber principal;
  std::string clientId;
  std::uint32_t expirySeconds = 0;
  std::optional<TimePoint> awaySince;  ///< none: its client was connected when the gateway ended
  std::vector<StoredSubscription> subscriptions;
  std::vector<StoredOutgoing> outgoing;  ///< in the order of `sequence`
  std::vector<std::uint16_t> incoming;   ///< packet ids of QoS 2 that are acknowledged by PUBREC and not yet released
  std::vector<MessageOrigin> taken;      ///< what it has had of publishes that may be sent again
  std::optional<StoredWill> will;
};

/// How much is loaded at the start; what is beyond is dropped from the disk, counted and told.
struct SessionLoadLimits {
  std::size_t maxSessions = 100'000;  ///< those that went away last are kept
  std::size_t maxMessages = 2'000'000;
  std::size_t maxMessageBytes = 512 * 1024 * 1024;  ///< topics, payloads and properties
};

/// Every session that is kept.
struct StoredSessions {
  std::vector<SessionRecord> sessions;
  SessionNumber newest;             ///< numbers above it are free
  std::size_t droppedSessions = 0;  ///< beyond a limit
  std::size_t droppedMessages = 0;
};

// What happens to sessions. Every change may be applied twice; those of a session that has ended do nothing.

/// The session begins, or its client is here again, or its expiry was changed. Ends another life of the same client.
struct SessionOpened {
  SessionNumber number;
  PrincipalNumber principal;
  std::string clientId;
  std::uint32_t expirySeconds = 0;
};
/// Its client has gone.
struct SessionAway {
  SessionNumber number;
  TimePoint at{};
};
/// Nothing of it is kept.
struct SessionEnded {
  SessionNumber number;
};
struct SubscriptionPut {
  SessionNumber number;
  StoredSubscription subscription;
};
struct SubscriptionGone {
  SessionNumber number;
  std::string filter;
};
/// The message waits in the session, in whatever state. With an `origin`, the session remembers that it has had it
/// until IncomingPut.
struct OutgoingPut {
  SessionNumber number;
  StoredOutgoing outgoing;
  std::optional<MessageOrigin> origin;
};
/// A message that waits moves on.
struct OutgoingMoved {
  SessionNumber number;
  std::int64_t sequence = 0;
  OutgoingState state = OutgoingState::sent;
  std::uint16_t packetId = 0;
};
/// The subscriber has it, or it has expired.
struct OutgoingGone {
  SessionNumber number;
  std::int64_t sequence = 0;
};
/// The session's publish of QoS 2 is stored wherever it belongs; sent again, it is acknowledged and nothing more.
struct IncomingPut {
  SessionNumber number;
  std::uint16_t packetId = 0;
};
struct IncomingGone {
  SessionNumber number;
  std::uint16_t packetId = 0;
};
struct WillPut {
  SessionNumber number;
  StoredWill will;
};
struct WillGone {
  SessionNumber number;
};

using SessionChange =
    std::variant<SessionOpened, SessionAway, SessionEnded, SubscriptionPut, SubscriptionGone, OutgoingPut,
                 OutgoingMoved, OutgoingGone, IncomingPut, IncomingGone, WillPut, WillGone, std::monostate>;
/// In the order in which they happened. A monostate is a change that a later one made void.
using SessionChanges = std::vector<SessionChange>;

}  // namespace carport
