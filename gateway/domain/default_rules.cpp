#include "gateway/domain/access.h"

#include <utility>

namespace carport {

namespace {

using api::Action;
using api::Rule;
using api::Selector;
using Kind = api::Selector::Kind;

Rule allow(std::int32_t priority, Selector who, Selector about, std::optional<Action> action, std::string note) {
  Rule rule;
  rule.priority = priority;
  rule.who = std::move(who);
  rule.about = std::move(about);
  rule.action = action;
  rule.allow = true;
  rule.note = std::move(note);
  rule.builtIn = true;
  return rule;
}

}  // namespace

std::vector<Rule> defaultRules(std::string_view organisation) {
  const Selector anyone{Kind::anyone, ""}, self{Kind::self, ""}, cars{Kind::type, "device"};
  const Selector administrators{Kind::role, "admin"}, operators{Kind::role, "operator"}, viewers{Kind::role, "viewer"};
  const Selector users{Kind::type, "user"}, services{Kind::type, "service"}, applications{Kind::type, "application"};
  // Gaps of a thousand leave room for a fleet's own rules before, between and after these.
  std::vector<Rule> rules{
      allow(1000, administrators, anyone, std::nullopt, "Administrators may do everything, with every topic"),
      allow(2000, operators, cars, Action::view, "Operators see every car"),
      allow(2000, operators, cars, Action::subscribe, "Operators follow every car's messages"),
      allow(2000, operators, cars, Action::command, "Operators send commands to every car"),
      allow(3000, viewers, cars, Action::view, "Viewers see every car"),
      allow(3000, viewers, cars, Action::subscribe, "Viewers follow every car's messages"),
      allow(4000, cars, self, Action::view, "A car may see itself"),
      allow(4000, cars, self, Action::subscribe, "A car receives what is meant for it"),
      allow(4000, cars, self, Action::send, "A car sends its own messages"),
      allow(5000, users, self, Action::view, "People may see themselves"),
      allow(5000, services, self, Action::view, "Services may see themselves"),
      allow(5000, applications, self, Action::view, "Applications may see themselves"),
  };
  for (Rule& rule : rules) rule.organisation = organisation;
  return rules;
}

}  // namespace carport
