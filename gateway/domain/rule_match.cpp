#include "gateway/domain/rule_match.h"

#include "gateway/api/enum_names.h"
#include "gateway/api/membership.h"
#include "gateway/domain/access_sentences.h"
#include "gateway/domain/organisation_topics.h"
#include "gateway/domain/topic_filter.h"

#include <fmt/format.h>

#include <algorithm>

namespace carport {

namespace {

using api::Principal;
using api::PrincipalType;
using api::Rule;
using api::Selector;
using Kind = api::Selector::Kind;

std::string nameOfResource(const Resource& about) {
  return about.principal != nullptr ? displayName(*about.principal) : fmt::format("the topic {}", about.topic);
}

/// Why the selector does not speak of this one.
std::string whyNotSelected(const Selector& selector, const std::string& name) {
  switch (selector.kind) {
    case Kind::self:
      return fmt::format("it is about oneself, and {} is somebody else", name);
    case Kind::principal:
      return fmt::format("it is about {}, not {}", selector.value, name);
    case Kind::group:
      return fmt::format("{} is not in the group {}", name, selector.value);
    case Kind::role:
      return fmt::format("{} has not the role {}", name, selector.value);
    case Kind::type:
      return fmt::format("{} is no {}", name, selector.value == "device" ? "car" : selector.value);
    case Kind::topic:
      return fmt::format("{} is no topic like {}", name, selector.value);
    case Kind::attribute:
      return fmt::format("{} has not the attribute {}", name, selector.value);
    case Kind::organisation:
      return selector.value == "*" ? fmt::format("{} is in no organisation", name)
                                   : fmt::format("{} is not in the organisation {}", name, selector.value);
    case Kind::anyone:
      break;
  }
  return {};
}

std::string whyNotConditions(const Rule& rule, const api::MessageFilter* filter, const Question& question) {
  if (!rule.command.empty() && question.about.command && *question.about.command != rule.command) {
    return fmt::format("it is about the command {} alone", rule.command);
  }
  if (!rule.command.empty() && !question.about.command && rule.allow) {
    return fmt::format("it is about the command {} alone, and which one is meant was not told", rule.command);
  }
  const FilteredMessage message(question.about.topic, question.about.payload, question.about.document);
  switch (meetsConditions(rule, filter, question, message)) {
    case FilterMatch::no:
      return fmt::format("the message does not meet its filter {}", rule.filter);
    case FilterMatch::unknown:
      if (!rule.allow) return {};  // what cannot be told is not let through
      return fmt::format("whether its filter {} is met could not be told", rule.filter);
    case FilterMatch::yes:
      break;
  }
  return {};
}

}  // namespace

std::string_view Resource::organisation() const {
  return principal != nullptr ? principal->organisation() : organisationOfTopic(topic);
}

bool Question::isAboutSelf() const {
  return about.principal != nullptr && about.principal->number == who.number && about.principal->id == who.id;
}

bool Question::isWithinReach() const {
  const std::string_view organisation = who.organisation();
  return (organisation.empty() || organisation == about.organisation()) && isWithinScope();
}

bool Question::isWithinScope() const {
  if (!who.scope) return true;
  const api::TokenScope& scope = *who.scope;
  const auto& actions = scope.actions;
  if (!actions.empty() && std::find(actions.begin(), actions.end(), action) == actions.end()) return false;
  if (!scope.cars) return true;
  return about.principal != nullptr && about.principal->type == PrincipalType::device &&
         selects(*scope.cars, about.principal, {});
}

bool selects(const Selector& selector, const Principal* principal, std::string_view topic) {
  switch (selector.kind) {
    case Kind::anyone:
    case Kind::self:
      return true;
    case Kind::principal:
      return principal != nullptr && principal->id == selector.value;
    case Kind::group:
      return principal != nullptr && api::isInGroup(*principal, selector.value);
    case Kind::role:
      return principal != nullptr && !principal->role.empty() && principal->role == selector.value;
    case Kind::type:
      return principal != nullptr && api::nameOf(principal->type) == selector.value;
    case Kind::topic:
      return principal == nullptr && topicMatchesFilter(topic, selector.value);
    case Kind::attribute:
      return principal != nullptr && api::hasAttribute(*principal, selector.value);
    case Kind::organisation: {
      const auto organisation = principal != nullptr ? principal->organisation() : organisationOfTopic(topic);
      return !organisation.empty() && (selector.value == "*" || selector.value == organisation);
    }
  }
  return false;
}

bool namesOrganisation(const Selector& selector) {
  if (selector.kind == Kind::topic) return !organisationOfTopic(selector.value).empty();
  return selector.kind == Kind::organisation || selector.kind == Kind::principal || selector.kind == Kind::group;
}

FilterMatch meetsConditions(const Rule& rule, const api::MessageFilter* filter, const Question& question,
                            const FilteredMessage& message) {
  auto match = FilterMatch::yes;
  if (!rule.command.empty()) {
    if (!question.about.command) {
      match = FilterMatch::unknown;
    } else if (*question.about.command != rule.command) {
      return FilterMatch::no;
    }
  }
  if (rule.filter.empty()) return match;
  if (filter == nullptr) return FilterMatch::unknown;  // it could not be read: a damaged one lets nothing through
  return std::min(match, meets(*filter, message));
}

std::string whyNot(const Rule& rule, const api::MessageFilter* filter, const Question& question) {
  const auto& [who, action, about, now] = question;
  if (!isInForce(rule, now))
    return rule.validFrom && now < *rule.validFrom ? "it does not count yet" : "it has expired";
  if (rule.action && *rule.action != action) return fmt::format("it is about the action {}", api::nameOf(*rule.action));
  const bool speaksOfSelf = rule.who.kind == Kind::self || rule.about.kind == Kind::self;
  if (speaksOfSelf && !question.isAboutSelf()) {
    return whyNotSelected({Kind::self, {}}, nameOfResource(about));
  }
  if (speaksOfSelf && rule.allow && action == api::Action::administer) {
    return "a rule about oneself lets nobody administer";
  }
  if (rule.who.kind == Kind::topic) return "a topic does nothing";
  if (!selects(rule.who, &who, {})) return whyNotSelected(rule.who, displayName(who));
  if (question.needsNaming() && !namesOrganisation(rule.about)) {
    return fmt::format("it does not name the organisation {}", about.organisation());
  }
  if (!selects(rule.about, about.principal, about.topic)) return whyNotSelected(rule.about, nameOfResource(about));
  return whyNotConditions(rule, filter, question);
}

}  // namespace carport
