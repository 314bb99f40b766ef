#pragma once

#include "gateway/api/network.h"
#include "gateway/base/result.h"
#include "gateway/base/strong_id.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport::api {

/// Number of a limit; each organisation counts its own.
using LimitNumber = StrongId<struct LimitTag, std::int64_t>;

/// What a limit measures.
enum class LimitMeasure : std::uint8_t {
  messagesPerSecond,  ///< that they send, by whatever door
  bytesPerDay,        ///< of those: topics and payloads
  connections,        ///< open at once, of MQTT and of the live feed
  signInsPerMinute,   ///< of addresses every attempt; of principals those that proved right
  commandsPerHour     ///< that they give
};
inline constexpr std::size_t kLimitMeasures = 5;

/// Who shares a budget of a limit.
enum class LimitPer : std::uint8_t {
  all,           ///< everybody whom the limit is about, one budget together
  principal,     ///< each principal has its own
  organisation,  ///< each organisation; who is in none is not concerned
  address        ///< each address, of IPv6 each /64
};

/// What happens to what is over a limit.
enum class LimitReaction : std::uint8_t {
  slow,    ///< it has to wait, for a while
  reject,  ///< it is refused
  count    ///< nothing, but it is counted
};

/// Whom a limit is about. As text: `*`, `principal:ID`, `group:ID`, `organisation:ID`, `address:NETWORK`.
struct LimitTarget {
  enum class Kind : std::uint8_t { everyone, principal, group, organisation, address };
  Kind kind = Kind::everyone;
  std::string value;

  static Result<LimitTarget> parse(std::string_view text);
  std::string toString() const;
  bool operator==(const LimitTarget&) const = default;
};

/// How much may be done in a while. All limits that are about somebody hold at once.
struct Limit {
  LimitNumber number;
  std::string organisation;  ///< whose limit it is, about whose principals alone; empty: the house's, about everybody
  LimitTarget whom;
  LimitPer per = LimitPer::all;
  LimitMeasure measure = LimitMeasure::messagesPerSecond;
  std::int64_t most = 1;              ///< in the measure's unit of time
  std::optional<std::int64_t> burst;  ///< so much at once after a rest; none: as much as `most`
  LimitReaction reaction = LimitReaction::reject;
  std::string note;
  /// What the gateway calls this state of the limit, for If-Match; empty: not said. Only answers have it.
  std::string revision;

  bool operator==(const Limit&) const = default;
};

/// Largest `most` and `burst`, which are at least 1: beyond it the arithmetic of budgets would lose single bytes.
inline constexpr std::int64_t kMaxLimitAmount = 10'000'000'000'000;
/// Most limits of an organisation, and of the house.
inline constexpr std::size_t kMaxLimitsOfOrganisation = 100;
inline constexpr std::size_t kMaxLimitsOfHouse = 1000;

/// Whether what the limit says fits together; the failing side says what does not, with the field's name.
Result<void> checkLimit(const Limit& limit);

/// How one budget of a limit stands.
struct LimitUse {
  std::string key;           ///< of whom: an id or address; empty: of all together
  std::int64_t used = 0;     ///< of the burst now; of connections: open now
  std::uint64_t taken = 0;   ///< messages, bytes, … that were let through, since the start
  std::uint64_t recent = 0;  ///< of those, in the last 10 to 20 seconds
  std::uint64_t slowed = 0;
  std::uint64_t refused = 0;
  std::uint64_t over = 0;  ///< let through beyond the limit, because it only counts
};

/// How a limit stands: the sums of its budgets, and those that do the most.
struct LimitFigures {
  std::size_t budgets = 0;
  std::int64_t used = 0;          ///< of the budget of which the most is used
  LimitUse sum;                   ///< without `used`
  std::vector<LimitUse> busiest;  ///< at most kMaxBusiest; by what they did lately
};
inline constexpr std::size_t kMaxBusiest = 10;

}  // namespace carport::api
