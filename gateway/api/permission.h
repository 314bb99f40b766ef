#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/base/strong_id.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport::api {

enum class Action : std::uint8_t { view, subscribe, send, command, administer, impersonate };

/// Longest text of a selector, and longest note of a rule, in bytes.
inline constexpr std::size_t kMaxSelectorBytes = 1024;
inline constexpr std::size_t kMaxRuleNoteBytes = 1000;

/// Whom a rule speaks of. As text: `*`, `self`, `principal:ID`, `group:ID`, `role:operator`, `type:device`,
/// `topic:FILTER` (an MQTT topic filter, for topics that belong to no car).
struct Selector {
  enum class Kind : std::uint8_t { anyone, self, principal, group, role, type, topic };
  Kind kind = Kind::anyone;
  std::string value;

  static Result<Selector> parse(std::string_view text);
  std::string toString() const;
  bool operator==(const Selector&) const = default;
};

/// One access rule. Rules are tried in ascending priority, then number; the first that matches decides; none: denied.
struct Rule {
  RuleNumber number;
  std::int32_t priority = 10'000;
  Selector who;
  Selector about;
  std::optional<Action> action;  ///< none: every action
  bool allow = false;
  std::optional<TimePoint> expiresAt;
  std::string note;      ///< why the rule is there, for people
  bool builtIn = false;  ///< laid down by Carport at the first start; may be changed all the same

  bool operator==(const Rule&) const = default;
};

/// The answer to "may X do Y to Z, and why?".
struct Decision {
  bool allowed = false;
  std::optional<Rule> rule;      ///< the rule that decided; none: no rule matched, so denied
  std::vector<Rule> passedOver;  ///< tried before it and not matching; filled only for an explanation
  std::string explanation;       ///< one sentence for a person; filled only for an explanation
};

}  // namespace carport::api
