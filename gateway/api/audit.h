#pragma once

#include "gateway/base/clock.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace carport::api {

/// By which door somebody came who did something, or tried to.
enum class Door : std::uint8_t { gateway, api, mqtt, commandLine };
enum class ActOutcome : std::uint8_t { done, refused };

std::string_view nameOf(Door value);
std::string_view nameOf(ActOutcome value);
std::optional<Door> doorOf(std::string_view name);
std::optional<ActOutcome> actOutcomeOf(std::string_view name);

/// Longest texts of an entry, in bytes; what is longer is cut where it comes from outside.
inline constexpr std::size_t kMaxAuditTextBytes = 256;
/// Longest `before` and `after` of an entry, in bytes; a longer one is replaced by a remark of its length.
inline constexpr std::size_t kMaxAuditDetailBytes = 32 * 1024;

/// One line of the audit log: an administrative act, or an attempt at one that was refused.
struct AuditEntry {
  std::int64_t number = 0;  ///< 1, 2, 3 …, given when it is stored
  TimePoint time{};
  ActOutcome outcome = ActOutcome::done;
  std::string organisation;  ///< id of the one that it concerns; empty: the house
  std::string who;           ///< id as it was then, or as was claimed; empty: nobody said
  Door door = Door::gateway;
  std::string address;     ///< the client's, without port; of a command line the account that ran it
  std::string action;      ///< what was done: "principal.change", or tried: "DELETE /cars/{id}"
  std::string about;       ///< id of a principal, "rule 12", "token 7"; empty: the gateway
  std::string before;      ///< what changed, as it was: a JSON object; empty where there was nothing
  std::string after;       ///< what changed, as it is; never a secret or a hash, only that there is another one
  std::string reason;      ///< a sentence: why it was refused
  std::int64_t count = 1;  ///< so many alike, counted instead of told one by one
  std::string hash;        ///< of the chain up to here, 64 hexadecimal digits; empty: not told
  /// Of an attempt at what must not be known of: the house's alone, whoever tried. Not stored: it decides whose entry
  /// it is that is stored. Whoever found it in the log of his own organisation would know that there is such a thing.
  bool isHouses = false;

  bool operator==(const AuditEntry&) const = default;
};

nlohmann::json toJson(const AuditEntry& value);

}  // namespace carport::api
