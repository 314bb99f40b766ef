#include "gateway/domain/access_sentences.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>

namespace carport {

namespace {

using api::Action;
using api::Selector;
using Kind = api::Selector::Kind;

/// As a rule says it: “to view cars”.
std::string_view ruleVerb(Action action) {
  switch (action) {
    case Action::view:
      return "view";
    case Action::subscribe:
      return "subscribe to";
    case Action::send:
      return "send as";
    case Action::command:
      return "command";
    case Action::administer:
      return "administer";
    case Action::impersonate:
      return "act as";
  }
  return "do something with";
}

/// As one says it of a person: “Anna may see car-7”.
std::string_view verb(Action action, const Resource& about) {
  if (about.principal == nullptr && action == Action::send) return "send to";
  if (action == Action::view) return "see";
  if (action == Action::send) return "send messages of";
  if (action == Action::subscribe && about.principal != nullptr) return "follow the messages of";
  return ruleVerb(action);
}

std::string plural(const Selector& selector) {
  if (selector.kind == Kind::role) {
    if (selector.value == "admin") return "administrators";
    return selector.value == "none" ? "everybody without a role" : selector.value + "s";
  }
  return selector.value == "device" ? "cars" : selector.value + "s";
}

std::string describe(const Selector& selector, bool isWho) {
  switch (selector.kind) {
    case Kind::anyone:
      return isWho ? "everyone" : "everything";
    case Kind::self:
      return isWho ? "everyone" : "themselves";
    case Kind::principal:
      return selector.value;
    case Kind::group:
      return fmt::format("members of {}", selector.value);
    case Kind::role:
    case Kind::type:
      return plural(selector);
    case Kind::topic:
      return fmt::format("topics like {}", selector.value);
  }
  return selector.value;
}

std::string objectName(const api::Principal& who, const Resource& about) {
  if (about.principal == nullptr) return fmt::format("the topic {}", about.topic);
  return about.principal->id == who.id ? "itself" : displayName(*about.principal);
}

}  // namespace

std::string displayName(const api::Principal& principal) {
  return principal.name.empty() ? principal.id : principal.name;
}

std::string describeRule(const api::Rule& rule) {
  const std::string what = rule.action ? std::string(ruleVerb(*rule.action)) : "do everything with";
  // “self” on the asking side means the same as on the other: whoever it is about must be the one who asks.
  const Selector about = rule.who.kind == Kind::self ? rule.who : rule.about;
  std::string text = fmt::format("{} {} to {} {}", rule.allow ? "allows" : "forbids", describe(rule.who, true), what,
                                 describe(about, false));
  if (rule.expiresAt) {
    text +=
        fmt::format(" until {:%Y-%m-%d %H:%M} UTC", fmt::gmtime(std::chrono::system_clock::to_time_t(*rule.expiresAt)));
  }
  return text;
}

std::string explainDecision(const api::Decision& decision, const api::Principal& who, Action action,
                            const Resource& about) {
  const std::string opening =
      fmt::format("{} {} {} {}, because ", displayName(who), decision.allowed ? "may" : "may not", verb(action, about),
                  objectName(who, about));
  if (who.blocked) return opening + fmt::format("{} is blocked.", displayName(who));
  if (!decision.rule) return opening + "no rule allows it.";
  return opening + fmt::format("rule {} {} (priority {}).", decision.rule->number.value, describeRule(*decision.rule),
                               decision.rule->priority);
}

}  // namespace carport
