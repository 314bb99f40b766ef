#pragma once

#include "gateway/api/permission.h"
#include "gateway/api/principal.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace carport {

/// What somebody wants to act upon: a principal, or an MQTT topic that belongs to none.
struct Resource {
  const api::Principal* principal = nullptr;
  std::string_view topic;
};

/// The rules in the order in which they are tried. Immutable; any thread.
class RuleSet {
 public:
  RuleSet() = default;
  explicit RuleSet(std::vector<api::Rule> rules);

  /// May `who` do `action` to `about` at `now`? Without explanation: nothing but the deciding rule is filled in.
  api::Decision decide(const api::Principal& who, api::Action action, const Resource& about, TimePoint now) const;
  /// The same answer with the rules that were passed over and a sentence.
  api::Decision explain(const api::Principal& who, api::Action action, const Resource& about, TimePoint now) const;
  /// Whether any rule could allow `who` to do `action` to something other than itself: decides whether a wildcard
  /// subscription is accepted at all (each message is then decided on its own).
  bool mayAllowAnything(const api::Principal& who, api::Action action, TimePoint now) const;

  std::span<const api::Rule> rules() const { return m_rules; }
  /// The next moment at which some rule expires; decisions must not be cached past it.
  std::optional<TimePoint> nextExpiry(TimePoint now) const;

 private:
  std::vector<api::Rule> m_rules;
};

/// The rules laid down at the first start: administrators everything, operators the cars, viewers see cars, a car itself.
std::vector<api::Rule> defaultRules();

}  // namespace carport
