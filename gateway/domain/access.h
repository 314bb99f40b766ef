#pragma once

#include "gateway/api/permission.h"
#include "gateway/api/principal.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace carport {

/// What somebody wants to act upon: a principal, or an MQTT topic that belongs to none (ignored beside a principal).
struct Resource {
  const api::Principal* principal = nullptr;
  std::string_view topic;
};

/// The rules in the order in which they are tried (priority, then number); the first that matches decides, none denies.
/// Immutable; any thread.
///
/// What the selectors match: `*` everybody and everything, topics included; `self` only where the one who asks is the
/// one it is about; `group:ID` the members and the group itself; `topic:FILTER` topics that belong to no principal.
/// A rule that speaks of `self` never allows `administer`: administering oneself means administering the gateway.
/// Who is blocked may do nothing, whatever the rules say.
class RuleSet {
 public:
  /// Most rules that an explanation lists as passed over.
  static constexpr std::size_t kMaxPassedOver = 1000;

  RuleSet() = default;
  explicit RuleSet(std::vector<api::Rule> rules);

  /// May `who` do `action` to `about` at `now`? Without explanation: nothing but the deciding rule is filled in.
  api::Decision decide(const api::Principal& who, api::Action action, const Resource& about, TimePoint now) const;
  /// The same answer as one word, without copying the rule: for every message.
  bool allows(const api::Principal& who, api::Action action, const Resource& about, TimePoint now) const;
  /// The same answer with the rules that were passed over and a sentence.
  api::Decision explain(const api::Principal& who, api::Action action, const Resource& about, TimePoint now) const;
  /// Whether any rule could allow `who` to do `action` to something other than itself: decides whether a wildcard
  /// subscription is accepted at all (each message is then decided on its own).
  bool mayAllowAnything(const api::Principal& who, api::Action action, TimePoint now) const;

  std::span<const api::Rule> rules() const { return m_rules; }
  /// The next moment at which some rule expires; decisions must not be cached past it.
  std::optional<TimePoint> nextExpiry(TimePoint now) const;

 private:
  /// A rule's signature, small enough that thousands are passed over in microseconds: a rule can match only where each
  /// of its bits is among the asker's, the resource's and the action's.
  struct Signature {
    std::uint64_t who = 0;
    std::uint64_t about = 0;
    std::uint32_t actions = 0;
    bool expires = false;
  };

  /// Index of the deciding rule; rules().size() where none matches.
  std::size_t deciding(const api::Principal& who, api::Action action, const Resource& about, TimePoint now) const;

  std::vector<api::Rule> m_rules;
  std::vector<Signature> m_signatures;  // one a rule, in the same order
};

/// The rules laid down at the first start: administrators everything, operators the cars, viewers see cars, a car
/// itself. They carry no numbers: the store gives them.
std::vector<api::Rule> defaultRules();

}  // namespace carport
