#pragma once

#include "gateway/api/enum_names.h"
#include "gateway/api/json_codec.h"
#include "gateway/base/clock.h"
#include "gateway/base/strong_id.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace carport::api {

/// By which door somebody came in.
enum class Doorway : std::uint8_t { mqtt, mqtts, ws, wss, http };

/// Why a connection ended.
enum class ConnectionEnding : std::uint8_t {
  goodbye,     ///< the client said DISCONNECT
  takenOver,   ///< a newer connection with the same client id took its place
  keepAlive,   ///< nothing came for one and a half times the keep-alive that it had announced
  lost,        ///< the network or the client's end broke off
  protocol,    ///< the client sent what is not MQTT, or against its rules
  blocked,     ///< it was blocked or removed, or what it signed in with was taken back
  signInOver,  ///< its token, secret or certificate expired
  notAllowed,  ///< it published where it may not, and could not be told otherwise
  limit,       ///< a limit was reached
  tooSlow,     ///< it did not read or acknowledge what it was sent
  drained,     ///< an operator let the clients go
  stopped,     ///< the gateway was stopped
  died,        ///< the gateway ended without a goodbye; found at its next start
  trouble,     ///< the gateway could not go on with it
};

/// One connection of a principal over MQTT. What it carried is counted until it ends.
struct Connection {
  static constexpr std::size_t kMaxClientIdBytes = 128;  ///< of a longer client id the beginning is kept
  static constexpr std::size_t kMaxReasonBytes = 300;
  static constexpr std::size_t kMaxAddressBytes = 64;

  /// In the order of opening, about the microseconds since the epoch; never told.
  std::int64_t number = 0;
  PrincipalNumber principal;
  Doorway doorway = Doorway::mqtt;
  std::uint8_t level = 4;  ///< of the protocol: 4 is MQTT 3.1.1, 5 is 5.0 (MQTT 5.0 §3.1.2.2)
  std::string address;     ///< without port; empty where the asker may not know it
  std::string clientId;
  TimePoint openedAt{};
  std::optional<TimePoint> closedAt;  ///< none: it is open
  ConnectionEnding ending = ConnectionEnding::goodbye;
  std::string reason;  ///< what is known about the end beside that; may be empty
  std::uint64_t messagesIn = 0;
  std::uint64_t messagesOut = 0;
  std::uint64_t bytesIn = 0;
  std::uint64_t bytesOut = 0;

  bool operator==(const Connection&) const = default;
};

/// What is counted of a principal, instead of kept one by one.
enum class AttemptKind : std::uint8_t {
  wrongSecret,  ///< refused: a wrong secret, password or token, or none
  blocked,      ///< refused: proven, but blocked
  busy,         ///< refused: the gateway had too much to do
  throttled,    ///< refused: too many wrong tries before
  limited,      ///< refused: over a limit
  http,         ///< taken: a message by the HTTP door
};

/// So many attempts of one kind.
struct AttemptCount {
  PrincipalNumber principal;
  AttemptKind kind = AttemptKind::wrongSecret;
  std::uint64_t count = 0;
  TimePoint firstAt{};
  TimePoint lastAt{};
  std::string lastAddress;  ///< empty where it is not known, or the asker may not know it

  bool operator==(const AttemptCount&) const = default;
};

std::string_view nameOf(Doorway value);
std::string_view nameOf(ConnectionEnding value);
std::string_view nameOf(AttemptKind value);
template <>
std::optional<Doorway> valueOf<Doorway>(std::string_view name);
template <>
std::optional<ConnectionEnding> valueOf<ConnectionEnding>(std::string_view name);
template <>
std::optional<AttemptKind> valueOf<AttemptKind>(std::string_view name);

/// As docs/api.md has them, without number and principal: who asks knows whose they are.
nlohmann::json toJson(const Connection& value);
nlohmann::json toJson(const AttemptCount& value);
template <>
Result<Connection> fromJson<Connection>(const nlohmann::json& json);
template <>
Result<AttemptCount> fromJson<AttemptCount>(const nlohmann::json& json);

}  // namespace carport::api
