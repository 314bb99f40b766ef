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

/// Longest text of a selector, longest note and longest filter of a rule, in bytes.
inline constexpr std::size_t kMaxSelectorBytes = 1024;
inline constexpr std::size_t kMaxRuleNoteBytes = 1000;
inline constexpr std::size_t kMaxRuleFilterBytes = 1000;
/// Longest revision that is read, in bytes.
inline constexpr std::size_t kMaxRevisionBytes = 64;

/// Whom a rule speaks of. As text: `*`, `self`, `principal:ID`, `group:ID`, `role:operator`, `type:device`,
/// `attribute:NAME=VALUE` (a principal's attribute; VALUE may end in `*`, which stands for any end), `organisation:ID`
/// (everybody of an organisation; `organisation:*`: of any), `topic:FILTER` (an MQTT topic filter, for topics that
/// belong to no car).
struct Selector {
  enum class Kind : std::uint8_t { anyone, self, principal, group, role, type, topic, attribute, organisation };
  Kind kind = Kind::anyone;
  std::string value;

  static Result<Selector> parse(std::string_view text);
  std::string toString() const;
  bool operator==(const Selector&) const = default;
};

/// One access rule. An organisation's rules are tried in ascending priority, then number; the first that matches
/// decides; none: denied.
struct Rule {
  RuleNumber number;
  std::string organisation;  ///< whose rule it is; empty: the house's
  std::int32_t priority = 10'000;
  Selector who;
  Selector about;
  std::optional<Action> action;  ///< none: every action
  std::string command;           ///< with the action command: this one alone; empty: every command
  std::string filter;            ///< only messages that meet it, see MessageFilter; empty: all
  bool allow = false;
  std::optional<TimePoint> validFrom;  ///< before that it does not count
  std::optional<TimePoint> expiresAt;  ///< from then on it does not count
  std::string note;                    ///< why the rule is there, for people
  bool builtIn = false;                ///< laid down by Carport at the first start; may be changed all the same
  /// What the gateway calls this state of the rule, for If-Match; empty: not said. Only answers have it.
  std::string revision;

  bool operator==(const Rule&) const = default;
};

/// Rules of an organisation are counted within it: so many last bits of their numbers. What is before them tells the
/// organisations apart, and nobody in one is told it. The house's numbers are what they are.
inline constexpr unsigned kOwnRuleNumberBits = 24;

/// The number by which those know a rule whom it decides about.
constexpr std::int64_t numberInOrganisation(const Rule& rule) {
  if (rule.organisation.empty()) return rule.number.value;
  return rule.number.value & ((std::int64_t{1} << kOwnRuleNumberBits) - 1);
}

/// A rule that was tried and did not decide.
struct PassedOver {
  Rule rule;
  std::string reason;  ///< why not: “vera is not in the group north”

  bool operator==(const PassedOver&) const = default;
};

/// The answer to "may X do Y to Z, and why?".
struct Decision {
  bool allowed = false;
  /// Rules with a filter or about one command alone were met and not told which: another answer is possible for some.
  bool depends = false;
  std::optional<Rule> rule;            ///< the rule that decided; none: no rule matched, so denied
  std::vector<PassedOver> passedOver;  ///< tried before it and not matching; filled only for an explanation
  std::string explanation;             ///< one sentence for a person; filled only for an explanation
};

}  // namespace carport::api
