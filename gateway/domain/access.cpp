#include "gateway/domain/access.h"

#include "gateway/api/enum_names.h"
#include "gateway/domain/access_sentences.h"
#include "gateway/domain/topic_filter.h"

#include <algorithm>
#include <functional>
#include <tuple>

namespace carport {

namespace {

using api::Action;
using api::Principal;
using api::PrincipalType;
using api::Role;
using api::Rule;
using api::Selector;
using Kind = api::Selector::Kind;

// Bits of a signature: the first twelve stand for one thing each, the others are shared by ids (a Bloom filter).
constexpr std::uint64_t kAnyoneBit = 1, kSelfBit = 2, kTopicBit = 4;
constexpr unsigned kFirstRoleBit = 3, kFirstTypeBit = 7, kFirstIdBit = 12, kIdBits = 64 - kFirstIdBit;

constexpr std::uint64_t bit(unsigned number) {
  return std::uint64_t{1} << number;
}
std::uint64_t roleBit(Role role) {
  return bit(kFirstRoleBit + static_cast<unsigned>(role));
}
std::uint64_t typeBit(PrincipalType type) {
  return bit(kFirstTypeBit + static_cast<unsigned>(type));
}
std::uint64_t idBit(std::string_view id) {
  return bit(kFirstIdBit + static_cast<unsigned>(std::hash<std::string_view>{}(id) % kIdBits));
}
constexpr std::uint32_t actionBit(Action action) {
  return std::uint32_t{1} << static_cast<unsigned>(action);
}

std::uint64_t selectorBits(const Selector& selector) {
  switch (selector.kind) {
    case Kind::anyone:
      return kAnyoneBit;
    case Kind::self:
      return kSelfBit;
    case Kind::topic:
      return kTopicBit;
    case Kind::principal:
    case Kind::group:
      return idBit(selector.value);
    case Kind::role: {
      const auto role = api::valueOf<Role>(selector.value);
      return role ? roleBit(*role) : 0;
    }
    case Kind::type: {
      const auto type = api::valueOf<PrincipalType>(selector.value);
      return type ? typeBit(*type) : 0;
    }
  }
  return 0;
}

std::uint64_t principalBits(const Principal& principal) {
  std::uint64_t bits = kAnyoneBit | roleBit(principal.role) | typeBit(principal.type) | idBit(principal.id);
  for (const std::string& group : principal.groups) bits |= idBit(group);
  return bits;
}

bool inGroup(const Principal& principal, std::string_view group) {
  if (principal.type == PrincipalType::group && principal.id == group) return true;
  return std::find(principal.groups.begin(), principal.groups.end(), group) != principal.groups.end();
}

/// `self` and `topic` are told by their bits already; of the others the ids must be compared.
bool matches(const Selector& selector, const Principal* principal, std::string_view topic) {
  switch (selector.kind) {
    case Kind::principal:
      return principal != nullptr && principal->id == selector.value;
    case Kind::group:
      return principal != nullptr && inGroup(*principal, selector.value);
    case Kind::topic:
      return principal == nullptr && topicMatchesFilter(topic, selector.value);
    default:
      return true;
  }
}

bool expired(const Rule& rule, TimePoint now) {
  return rule.expiresAt && *rule.expiresAt <= now;
}

std::uint32_t actionBits(const Rule& rule) {
  constexpr std::uint32_t kAll = 0xFF;
  std::uint32_t bits = rule.action ? actionBit(*rule.action) : kAll;
  const bool speaksOfSelf = rule.who.kind == Kind::self || rule.about.kind == Kind::self;
  if (rule.allow && speaksOfSelf) bits &= ~actionBit(Action::administer);
  return bits;
}

}  // namespace

RuleSet::RuleSet(std::vector<Rule> rules) : m_rules(std::move(rules)) {
  std::stable_sort(m_rules.begin(), m_rules.end(), [](const Rule& a, const Rule& b) {
    return std::tie(a.priority, a.number) < std::tie(b.priority, b.number);
  });
  m_signatures.reserve(m_rules.size());
  for (const Rule& rule : m_rules) {
    // Nobody acts as a topic, so a rule about such a one matches nobody.
    const std::uint64_t who = rule.who.kind == Kind::topic ? 0 : selectorBits(rule.who);
    m_signatures.push_back({who, selectorBits(rule.about), actionBits(rule), rule.expiresAt.has_value()});
  }
}

std::size_t RuleSet::deciding(const Principal& who, Action action, const Resource& about, TimePoint now) const {
  std::uint64_t whoBits = principalBits(who);
  std::uint64_t aboutBits = kAnyoneBit | kTopicBit;
  if (about.principal != nullptr) {
    aboutBits = principalBits(*about.principal);
    if (about.principal->number == who.number && about.principal->id == who.id) {
      whoBits |= kSelfBit;
      aboutBits |= kSelfBit;
    }
  }
  const std::uint32_t wanted = actionBit(action);
  for (std::size_t i = 0; i < m_signatures.size(); ++i) {
    const Signature& signature = m_signatures[i];
    if ((signature.who & whoBits) == 0 || (signature.about & aboutBits) == 0 || (signature.actions & wanted) == 0) {
      continue;
    }
    const Rule& rule = m_rules[i];
    if (signature.expires && expired(rule, now)) continue;
    if (matches(rule.who, &who, {}) && matches(rule.about, about.principal, about.topic)) return i;
  }
  return m_rules.size();
}

bool RuleSet::allows(const Principal& who, Action action, const Resource& about, TimePoint now) const {
  if (who.blocked) return false;
  const std::size_t index = deciding(who, action, about, now);
  return index < m_rules.size() && m_rules[index].allow;
}

api::Decision RuleSet::decide(const Principal& who, Action action, const Resource& about, TimePoint now) const {
  api::Decision decision;
  if (who.blocked) return decision;
  const std::size_t index = deciding(who, action, about, now);
  if (index < m_rules.size()) {
    decision.allowed = m_rules[index].allow;
    decision.rule = m_rules[index];
  }
  return decision;
}

api::Decision RuleSet::explain(const Principal& who, Action action, const Resource& about, TimePoint now) const {
  api::Decision decision = decide(who, action, about, now);
  if (!who.blocked) {
    const std::size_t tried = std::min(deciding(who, action, about, now), kMaxPassedOver);
    decision.passedOver.assign(m_rules.begin(), m_rules.begin() + static_cast<std::ptrdiff_t>(tried));
  }
  decision.explanation = explainDecision(decision, who, action, about);
  return decision;
}

bool RuleSet::mayAllowAnything(const Principal& who, Action action, TimePoint now) const {
  if (who.blocked) return false;
  const std::uint64_t whoBits = principalBits(who);
  for (std::size_t i = 0; i < m_signatures.size(); ++i) {
    const Rule& rule = m_rules[i];
    if ((m_signatures[i].who & whoBits) == 0 || (m_signatures[i].actions & actionBit(action)) == 0) continue;
    if (rule.about.kind == Kind::self || expired(rule, now) || !matches(rule.who, &who, {})) continue;
    if (rule.allow && m_signatures[i].about != 0) return true;
    if (!rule.allow && rule.about.kind == Kind::anyone) return false;  // whatever comes after it is never reached
  }
  return false;
}

std::optional<TimePoint> RuleSet::nextExpiry(TimePoint now) const {
  std::optional<TimePoint> next;
  for (const Rule& rule : m_rules) {
    if (rule.expiresAt && *rule.expiresAt > now && (!next || *rule.expiresAt < *next)) next = rule.expiresAt;
  }
  return next;
}

}  // namespace carport
