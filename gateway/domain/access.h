#pragma once

#include "gateway/api/message_filter.h"
#include "gateway/api/permission.h"
#include "gateway/api/principal.h"
#include "gateway/domain/rule_match.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// What caches keep of a decision that is made before a message or command is known.
enum class RuleVerdict : std::uint8_t {
  denied,
  allowed,
  depends,  ///< on the message or the command: ask again with it
};

/// The rules of the house and of every organisation. Those of the asker's organisation are tried in order (priority,
/// then number); the first that matches decides, none denies. Immutable; any thread.
///
/// Who belongs to an organisation is denied everything beyond it before any rule; the house reaches an organisation's
/// principals and topics only by rules that name it (`organisation:`, `principal:`, `group:`, or `topic:` below
/// `organisations/`).
///
/// What the selectors match: `*` everybody and everything, topics included; `self` only where the one who asks is the
/// one it is about; `group:ID` the members and the group itself; `topic:FILTER` topics that belong to no principal.
/// A rule that speaks of `self` never allows `administer`: administering oneself means administering the gateway.
/// Where it is not told whether a rule's filter is met, or which command is meant, a rule that allows is passed over
/// and one that denies matches. Who is blocked may do nothing, whatever the rules say.
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
  /// The answer as far as it is the same for every message and every command that `about` does not tell.
  RuleVerdict verdict(const api::Principal& who, api::Action action, const Resource& about, TimePoint now) const;
  /// The same answer with the rules that were passed over, why each was, and a sentence.
  api::Decision explain(const api::Principal& who, api::Action action, const Resource& about, TimePoint now) const;
  /// Whether any rule could allow `who` to do `action` to something other than itself: decides whether a wildcard
  /// subscription is accepted at all (each message is then decided on its own).
  bool mayAllowAnything(const api::Principal& who, api::Action action, TimePoint now) const;

  /// All: the house's, then each organisation's, each in the order in which they are tried.
  std::span<const api::Rule> rules() const { return m_rules; }
  /// Those of an organisation; empty: the house's.
  std::span<const api::Rule> rules(std::string_view organisation) const;
  /// The next moment at which some rule begins to count or expires; decisions must not be cached past it.
  std::optional<TimePoint> nextChange(TimePoint now) const;
  /// The same of an organisation's rules alone; empty: the house's.
  std::optional<TimePoint> nextChange(TimePoint now, std::string_view organisation) const;

 private:
  /// A rule's signature, small enough that thousands are passed over in microseconds: a rule can match only where each
  /// of its bits is among the asker's, the resource's and the action's.
  struct Signature {
    std::uint64_t who = 0;
    std::uint64_t about = 0;
    std::uint32_t actions = 0;      // and whether it is to be looked at more closely
    std::uint32_t filterIndex = 0;  // in m_filters, plus 1; 0: none that could be read
  };
  /// One organisation's part of m_rules.
  struct Chapter {
    std::size_t first = 0;
    std::size_t end = 0;
  };
  struct Found {
    std::size_t index = 0;  // chapter's end: none
    bool depends = false;   // a rule was met about which too little is told
  };
  /// What is supposed of rules about which too little is told.
  enum class Suppose : std::uint8_t { worst, best };

  Chapter chapterOf(std::string_view organisation) const;
  const api::MessageFilter* filterOf(std::size_t index) const;
  void addSignature(const api::Rule& rule);
  Found deciding(const Question& question, Suppose suppose) const;
  bool isAllowed(const Question& question, Suppose suppose) const;

  std::vector<api::Rule> m_rules;
  std::vector<Signature> m_signatures;  // one a rule, in the same order
  std::vector<api::MessageFilter> m_filters;
  Chapter m_house;
  std::map<std::string, Chapter, std::less<>> m_organisations;
};

/// The rules laid down at the first start and for each organisation at its making: administrators everything, operators
/// the cars, viewers see cars, a car itself. They carry no numbers: the store gives them.
std::vector<api::Rule> defaultRules(std::string_view organisation = {});

}  // namespace carport
