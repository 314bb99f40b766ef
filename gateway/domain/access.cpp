#include "gateway/domain/access.h"

#include "gateway/api/enum_names.h"
#include "gateway/domain/access_sentences.h"

#include <algorithm>
#include <functional>
#include <tuple>

namespace carport {

namespace {

using api::Action;
using api::Principal;
using api::PrincipalType;
using api::Rule;
using api::Selector;
using Kind = api::Selector::Kind;

// Bits of a signature: the first ten stand for one thing each, the others are shared by ids, roles and attributes (a
// Bloom filter).
constexpr std::uint64_t kAnyoneBit = 1, kSelfBit = 2, kTopicBit = 4, kOrganisationBit = 8;
constexpr unsigned kFirstTypeBit = 4, kFirstSharedBit = 10, kSharedBits = 64 - kFirstSharedBit;
static_assert(kFirstTypeBit + api::kPrincipalTypes <= kFirstSharedBit);

/// Beside the bits of actions: time, command or filter have to be looked at.
constexpr std::uint32_t kCloserLook = std::uint32_t{1} << 31;

constexpr std::uint64_t bit(unsigned number) {
  return std::uint64_t{1} << number;
}
std::uint64_t typeBit(PrincipalType type) {
  return bit(kFirstTypeBit + static_cast<unsigned>(type));
}
/// `kind` keeps a role apart from a group of the same name.
std::uint64_t sharedBit(std::string_view text, std::uint64_t kind) {
  const std::uint64_t hash = (std::uint64_t{std::hash<std::string_view>{}(text)} + kind) * 0x9E3779B97F4A7C15ULL;
  return bit(kFirstSharedBit + static_cast<unsigned>((hash >> 32) % kSharedBits));
}
std::uint64_t idBit(std::string_view id) {
  return sharedBit(id, 0);
}
std::uint64_t roleBit(std::string_view role) {
  return sharedBit(role, 1);
}
std::uint64_t attributeBit(std::string_view name) {
  return sharedBit(name, 2);
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
    case Kind::organisation:
      return kOrganisationBit;
    case Kind::principal:
    case Kind::group:
      return idBit(selector.value);
    case Kind::role:
      return roleBit(selector.value);
    case Kind::attribute:
      return attributeBit(std::string_view(selector.value).substr(0, selector.value.find('=')));
    case Kind::type: {
      const auto type = api::valueOf<PrincipalType>(selector.value);
      return type ? typeBit(*type) : 0;
    }
  }
  return 0;
}

/// What rules call a principal by which they name it.
std::uint64_t nameBits(const Principal& principal) {
  std::uint64_t bits = idBit(principal.id);
  for (const std::string& group : principal.groups) bits |= idBit(group);
  if (principal.organisationBytes > 0) bits |= kOrganisationBit;
  return bits;
}

std::uint64_t principalBits(const Principal& principal) {
  std::uint64_t bits = kAnyoneBit | typeBit(principal.type) | nameBits(principal);
  if (!principal.role.empty()) bits |= roleBit(principal.role);
  for (const auto& [name, text] : principal.attributes) bits |= attributeBit(name);
  return bits;
}

std::uint64_t topicBits(const Question& question) {
  if (question.about.organisation().empty()) return kAnyoneBit | kTopicBit;
  return kTopicBit | kOrganisationBit | (question.needsNaming() ? 0 : kAnyoneBit);
}

std::uint64_t aboutBits(const Question& question) {
  if (question.about.principal == nullptr) return topicBits(question);
  const Principal& principal = *question.about.principal;
  return question.needsNaming() ? nameBits(principal) : principalBits(principal);
}

/// A wildcard is asked about by its action alone; each message is then decided on its own.
bool isActionInScope(const Principal& who, Action action) {
  if (!who.scope || who.scope->actions.empty()) return true;
  const auto& actions = who.scope->actions;
  return std::find(actions.begin(), actions.end(), action) != actions.end();
}

std::uint32_t actionBits(const Rule& rule) {
  constexpr std::uint32_t kAll = 0xFF;
  std::uint32_t bits = rule.action ? actionBit(*rule.action) : kAll;
  const bool speaksOfSelf = rule.who.kind == Kind::self || rule.about.kind == Kind::self;
  if (rule.allow && speaksOfSelf) bits &= ~actionBit(Action::administer);
  const bool isPlain = !rule.validFrom && !rule.expiresAt && rule.command.empty() && rule.filter.empty();
  return isPlain ? bits : bits | kCloserLook;
}

std::optional<TimePoint> nextChangeOf(std::span<const Rule> rules, TimePoint now) {
  std::optional<TimePoint> next;
  for (const Rule& rule : rules) {
    for (const auto& moment : {rule.validFrom, rule.expiresAt}) {
      if (moment && *moment > now && (!next || *moment < *next)) next = moment;
    }
  }
  return next;
}

}  // namespace

RuleSet::RuleSet(std::vector<Rule> rules) : m_rules(std::move(rules)) {
  std::stable_sort(m_rules.begin(), m_rules.end(), [](const Rule& a, const Rule& b) {
    return std::tie(a.organisation, a.priority, a.number) < std::tie(b.organisation, b.priority, b.number);
  });
  m_signatures.reserve(m_rules.size());
  for (std::size_t i = 0; i < m_rules.size(); ++i) {
    const Rule& rule = m_rules[i];
    addSignature(rule);
    const auto extend = [i](Chapter& chapter) {
      if (chapter.end == 0) chapter.first = i;
      chapter.end = i + 1;
    };
    extend(rule.organisation.empty() ? m_house : m_organisations[rule.organisation]);
  }
}

void RuleSet::addSignature(const Rule& rule) {
  // Nobody acts as a topic, so a rule about such a one matches nobody.
  const std::uint64_t who = rule.who.kind == Kind::topic ? 0 : selectorBits(rule.who);
  Signature signature{who, selectorBits(rule.about), actionBits(rule), 0};
  if (!rule.filter.empty()) {
    if (auto filter = api::MessageFilter::parse(rule.filter)) {
      m_filters.push_back(std::move(*filter));
      signature.filterIndex = static_cast<std::uint32_t>(m_filters.size());
    }
  }
  m_signatures.push_back(signature);
}

RuleSet::Chapter RuleSet::chapterOf(std::string_view organisation) const {
  if (organisation.empty()) return m_house;
  const auto found = m_organisations.find(organisation);
  return found == m_organisations.end() ? Chapter{} : found->second;
}

const api::MessageFilter* RuleSet::filterOf(std::size_t index) const {
  const std::uint32_t filter = m_signatures[index].filterIndex;
  return filter == 0 ? nullptr : &m_filters[filter - 1];
}

RuleSet::Found RuleSet::deciding(const Question& question, Suppose suppose) const {
  const Chapter chapter = chapterOf(question.who.organisation());
  std::uint64_t who = principalBits(question.who);
  std::uint64_t about = aboutBits(question);
  if (question.isAboutSelf()) {
    who |= kSelfBit;
    about |= kSelfBit;
  }
  const std::uint32_t wanted = actionBit(question.action);
  const FilteredMessage message(question.about.topic, question.about.payload, question.about.document);
  Found found{chapter.end};
  for (std::size_t i = chapter.first; i < chapter.end; ++i) {
    const Signature& signature = m_signatures[i];
    // Without a jump for each of the three: what most rules fail on is not to be foreseen.
    const bool mayMatch =
        (static_cast<unsigned>((signature.who & who) != 0) & static_cast<unsigned>((signature.about & about) != 0) &
         static_cast<unsigned>((signature.actions & wanted) != 0)) != 0;
    if (!mayMatch) continue;
    const Rule& rule = m_rules[i];
    const bool isPlain = (signature.actions & kCloserLook) == 0;
    if (!isPlain && !isInForce(rule, question.now)) continue;
    if (!selects(rule.who, &question.who, {})) continue;
    if (!selects(rule.about, question.about.principal, question.about.topic)) continue;
    if (question.needsNaming() && !namesOrganisation(rule.about)) continue;
    const auto match = isPlain ? FilterMatch::yes : meetsConditions(rule, filterOf(i), question, message);
    if (match == FilterMatch::unknown) {
      found.depends = true;
      if (rule.allow != (suppose == Suppose::best)) continue;
    } else if (match == FilterMatch::no) {
      continue;
    }
    found.index = i;
    return found;
  }
  return found;
}

bool RuleSet::isAllowed(const Question& question, Suppose suppose) const {
  if (question.who.blocked || !question.isWithinReach()) return false;
  const std::size_t index = deciding(question, suppose).index;
  return index < chapterOf(question.who.organisation()).end && m_rules[index].allow;
}

bool RuleSet::allows(const Principal& who, Action action, const Resource& about, TimePoint now) const {
  return isAllowed({who, action, about, now}, Suppose::worst);
}

RuleVerdict RuleSet::verdict(const Principal& who, Action action, const Resource& about, TimePoint now) const {
  const Question question{who, action, about, now};
  if (who.blocked || !question.isWithinReach()) return RuleVerdict::denied;
  const Found found = deciding(question, Suppose::worst);
  const bool allowed = found.index < chapterOf(who.organisation()).end && m_rules[found.index].allow;
  if (allowed || !found.depends) return allowed ? RuleVerdict::allowed : RuleVerdict::denied;
  return isAllowed(question, Suppose::best) ? RuleVerdict::depends : RuleVerdict::denied;
}

api::Decision RuleSet::decide(const Principal& who, Action action, const Resource& about, TimePoint now) const {
  api::Decision decision;
  const Question question{who, action, about, now};
  if (who.blocked || !question.isWithinReach()) return decision;
  const Found found = deciding(question, Suppose::worst);
  if (found.depends) decision.depends = verdict(who, action, about, now) == RuleVerdict::depends;
  if (found.index < chapterOf(who.organisation()).end) {
    decision.allowed = m_rules[found.index].allow;
    decision.rule = m_rules[found.index];
  }
  return decision;
}

api::Decision RuleSet::explain(const Principal& who, Action action, const Resource& about, TimePoint now) const {
  api::Decision decision = decide(who, action, about, now);
  const Question question{who, action, about, now};
  if (!who.blocked && question.isWithinReach()) {
    const Chapter chapter = chapterOf(who.organisation());
    const std::size_t end = std::min(deciding(question, Suppose::worst).index, chapter.first + kMaxPassedOver);
    for (std::size_t i = chapter.first; i < end; ++i) {
      decision.passedOver.push_back({m_rules[i], whyNot(m_rules[i], filterOf(i), question)});
    }
  }
  decision.explanation = explainDecision(decision, who, action, about);
  return decision;
}

bool RuleSet::mayAllowAnything(const Principal& who, Action action, TimePoint now) const {
  if (who.blocked || !isActionInScope(who, action)) return false;
  const std::uint64_t whoBits = principalBits(who);
  const Chapter chapter = chapterOf(who.organisation());
  bool onlyNamed = false;
  for (std::size_t i = chapter.first; i < chapter.end; ++i) {
    const Rule& rule = m_rules[i];
    if ((m_signatures[i].who & whoBits) == 0 || (m_signatures[i].actions & actionBit(action)) == 0) continue;
    if (rule.about.kind == Kind::self || !isInForce(rule, now) || !selects(rule.who, &who, {})) continue;
    if (rule.allow && m_signatures[i].about != 0 && (!onlyNamed || namesOrganisation(rule.about))) return true;
    if (rule.allow || rule.about.kind != Kind::anyone || !rule.command.empty() || !rule.filter.empty()) continue;
    // What comes after a refusal of everything is never reached, except that the house's does not reach organisations.
    if (!who.organisation().empty()) return false;
    onlyNamed = true;
  }
  return false;
}

std::optional<TimePoint> RuleSet::nextChange(TimePoint now) const {
  return nextChangeOf(m_rules, now);
}

std::optional<TimePoint> RuleSet::nextChange(TimePoint now, std::string_view organisation) const {
  return nextChangeOf(rules(organisation), now);
}

std::span<const Rule> RuleSet::rules(std::string_view organisation) const {
  const Chapter chapter = chapterOf(organisation);
  return std::span(m_rules).subspan(chapter.first, chapter.end - chapter.first);
}

}  // namespace carport
