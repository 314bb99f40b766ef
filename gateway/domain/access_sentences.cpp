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
  if (selector.kind == Kind::role) return selector.value == "admin" ? "administrators" : selector.value + "s";
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
    case Kind::attribute:
      return fmt::format("whoever has {}", selector.value);
    case Kind::organisation:
      return selector.value == "*" ? "every organisation" : fmt::format("the organisation {}", selector.value);
  }
  return selector.value;
}

std::string momentText(TimePoint moment) {
  return fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(std::chrono::system_clock::to_time_t(moment)));
}

std::string objectName(const api::Principal& who, Action action, const Resource& about) {
  if (about.principal == nullptr) return fmt::format("the topic {}", about.topic);
  if (about.principal->id != who.id) return displayName(*about.principal);
  if (action != Action::administer) return "itself";
  // Administering oneself means that: see RuleSet.
  return who.organisation().empty() ? "the gateway" : fmt::format("the organisation {}", who.organisation());
}

}  // namespace

std::string displayName(const api::Principal& principal) {
  return principal.name.empty() ? principal.id : principal.name;
}

std::string describeRule(const api::Rule& rule) {
  std::string what = rule.action ? std::string(ruleVerb(*rule.action)) : "do everything with";
  if (!rule.command.empty()) what = fmt::format("send the command {} to", rule.command);
  // “self” on the asking side means the same as on the other: whoever it is about must be the one who asks.
  const Selector about = rule.who.kind == Kind::self ? rule.who : rule.about;
  std::string text = fmt::format("{} {} to {} {}", rule.allow ? "allows" : "forbids", describe(rule.who, true), what,
                                 describe(about, false));
  if (!rule.filter.empty()) text += fmt::format(" where {}", rule.filter);
  if (rule.validFrom) text += " from " + momentText(*rule.validFrom);
  if (rule.expiresAt) text += " until " + momentText(*rule.expiresAt);
  return text;
}

std::string explainDecision(const api::Decision& decision, const api::Principal& who, Action action,
                            const Resource& about) {
  const std::string opening =
      fmt::format("{} {} {} {}, because ", displayName(who), decision.allowed ? "may" : "may not", verb(action, about),
                  objectName(who, action, about));
  if (who.blocked) return opening + fmt::format("{} is blocked.", displayName(who));
  const Question question{who, action, about, {}};
  if (!question.isWithinScope()) return opening + "the token is not for this.";
  if (!question.isWithinReach()) {
    return opening +
           fmt::format("{} is not in the organisation {}.", objectName(who, action, about), who.organisation());
  }
  const std::string_view depends =
      decision.depends ? " It depends: rules about single messages or commands may decide otherwise for some." : "";
  if (!decision.rule) return fmt::format("{}no rule allows it.{}", opening, depends);
  return fmt::format("{}rule {} {} (priority {}).{}", opening, api::numberInOrganisation(*decision.rule),
                     describeRule(*decision.rule), decision.rule->priority, depends);
}

}  // namespace carport
