#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/strong_id.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace carport::api {

/// queued → sent → received → done | failed; from any but the last two also expired or cancelled.
enum class CommandState : std::uint8_t {
  queued,     ///< stored; the car has not been given it yet
  sent,       ///< handed to the car's connection
  received,   ///< the car acknowledged it
  done,       ///< the car says it did it
  failed,     ///< the car says it could not
  expired,    ///< its time ran out first; it will never be delivered
  cancelled,  ///< taken back by a person
};

/// done, failed, expired and cancelled: nothing follows.
constexpr bool isFinal(CommandState state) {
  return state >= CommandState::done;
}

/// How long a command lives where its sender does not say.
inline constexpr Milliseconds kDefaultCommandLife = std::chrono::minutes(10);
/// The farthest that an expiry may lie ahead.
inline constexpr Milliseconds kMaxCommandLife = std::chrono::hours(24 * 30);
inline constexpr std::size_t kMaxCommandNameBytes = 64;
inline constexpr std::size_t kMaxCommandArgumentsBytes = 16 * 1024;

/// An instruction to one car, and how far it has got.
struct Command {
  std::string id;  ///< 26 characters, sortable by creation time
  PrincipalNumber car;
  PrincipalNumber issuedBy;
  std::string name;              ///< for example "lock"
  std::string arguments = "{}";  ///< JSON object text
  CommandState state = CommandState::queued;
  TimePoint createdAt{};
  TimePoint changedAt{};  ///< when it came into `state`
  TimePoint expiresAt{};
  std::string result;  ///< what the car said (JSON text), or why it failed; may be empty

  bool operator==(const Command&) const = default;
};

}  // namespace carport::api
