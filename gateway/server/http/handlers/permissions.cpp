#include "gateway/server/http/entity_tag.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/list_filters.h"
#include "gateway/server/http/handlers/rule_fields.h"
#include "gateway/server/http/keep_administrable.h"
#include "gateway/server/http/known_to.h"
#include "gateway/server/http/page.h"
#include "gateway/server/http/topic_decision.h"
#include "gateway/server/http/unless_changed.h"

#include <memory>

namespace carport::handlers {

namespace {

/// The rule that the path names.
Asked<api::Rule> existingRule(const Call& call) {
  const auto number = call.numberVariable("number");
  if (!number) return refuse(number.error());
  return administeredRule(call, *number);
}

/// Whom a decision is asked about. Whoever may not administer them learns nothing about others, not even that they
/// exist.
Asked<api::Principal> askedAbout(const Call& call) {
  const std::string id = call.parameter("who").value_or(call.who().id);
  if (id == call.who().id) return call.who();
  if (const auto allowed = call.demandAdministration(); !allowed) return refuse(allowed.error());
  auto record = call.record(id);
  if (!record) return refuse(record.error());
  if (record->principal.organisation() != call.who().organisation()) {
    const auto allowed = call.demand(api::Action::administer, record->principal);
    if (!allowed && allowed.error().status == http::status::not_found) return refuse(call.nobody(id));
    if (!allowed) return refuse(allowed.error());
  }
  return std::move(record->principal);
}

/// What a decision about `who` is asked about: who may ask about somebody may know of what that one knows of.
Asked<api::Principal> decidedAbout(const Call& call, const api::Principal& who, const std::string& id) {
  auto other = call.registry().find(id);
  if (other && isKnownTo(*call.registry().rules(), who, *other, call.now())) return std::move(*other);
  auto record = call.record(id);
  if (!record) return refuse(record.error());
  return std::move(record->principal);
}

/// Whether `part` is in what the rule says.
bool mentions(const api::Rule& rule, std::string_view part) {
  return containsText(rule.note, part) || containsText(rule.who.toString(), part) ||
         containsText(rule.about.toString(), part);
}

}  // namespace

Answer listRules(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const std::string own(call.who().organisation());
  const std::string organisation = call.parameter("organisation").value_or(own);
  if (const auto allowed = demandRulesOf(call, organisation); !allowed) co_return allowed.error();
  const auto page = readPage(call, 2, {1'000, 20'000});
  if (!page) co_return page.error();
  const std::string part = call.parameter("q").value_or(std::string());
  std::pair newest(page->number(0).value_or(INT64_MIN), page->number(1).value_or(INT64_MIN));
  std::optional<std::vector<std::string>> last;
  nlohmann::json rules = nlohmann::json::array();
  const auto all = call.registry().rules();
  for (const api::Rule& rule : all->rules(organisation)) {
    const std::pair place(std::int64_t{rule.priority}, rule.number.value);
    if (place <= newest || !mentions(rule, part)) continue;
    if (rules.size() == page->limit) {
      last = {std::to_string(newest.first), std::to_string(newest.second)};
      break;
    }
    newest = place;
    rules.push_back(withRevision(call.tell(rule)));
  }
  co_return replyPage(call, "rules", std::move(rules), last);
}

Answer addRule(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const auto json = call.json();
  if (!json) co_return json.error();
  auto rule = readRule(call, *json, nullptr);
  if (!rule) co_return rule.error();
  const auto added = std::make_shared<api::Rule>(std::move(*rule));
  DurableLog::RegistryChange change = [added](RegistryStore& store) -> Result<void> {
    auto stored = store.addRule(*added);
    if (!stored) return failFrom(stored);
    *added = std::move(*stored);
    return {};
  };
  auto changing = call.changeRegistry(keepAdministrable(call.registry(), call.now(), std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyCreated(withRevision(call.tell(*added))) : replyFailure(done.error());
}

Answer getRule(Call& call) {
  const auto existing = existingRule(call);
  co_return existing ? replyThing(call.tell(*existing)) : existing.error();
}

Answer changeRule(Call& call) {
  const auto existing = existingRule(call);
  if (!existing) co_return existing.error();
  if (const auto same = demandRevision(call, call.tell(*existing)); !same) co_return same.error();
  const auto json = call.json();
  if (!json) co_return json.error();
  auto rule = readRule(call, *json, &*existing);
  if (!rule) co_return rule.error();
  DurableLog::RegistryChange change = [changed = *rule](RegistryStore& store) { return store.updateRule(changed); };
  change = keepAdministrable(call.registry(), call.now(), std::move(change));
  auto changing = call.changeRegistry(unlessChanged(call.registry().sequence(), *existing, std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyThing(call.tell(*rule)) : replyFailure(done.error());
}

Answer removeRule(Call& call) {
  const auto existing = existingRule(call);
  if (!existing) co_return existing.error();
  if (const auto same = demandRevision(call, call.tell(*existing)); !same) co_return same.error();
  DurableLog::RegistryChange change = [number = existing->number](RegistryStore& store) {
    return store.removeRule(number);
  };
  change = keepAdministrable(call.registry(), call.now(), std::move(change));
  auto changing = call.changeRegistry(unlessChanged(call.registry().sequence(), *existing, std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyNoContent() : replyFailure(done.error());
}

Answer decide(Call& call) {
  const auto who = askedAbout(call);
  if (!who) co_return who.error();
  const auto action = api::valueOf<api::Action>(call.parameter("action").value_or(std::string()));
  if (!action) {
    co_return replyWrongParameter(
        "action", "The parameter 'action' must be view, subscribe, send, command, administer or impersonate");
  }
  const auto about = call.parameter("about");
  const auto topic = call.parameter("topic");
  const auto command = call.parameter("command");
  if (about.has_value() == topic.has_value()) {
    co_return replyWrongParameter("about", "Give either the parameter 'about' or the parameter 'topic'");
  }
  if (command && (topic || action != api::Action::command)) {
    co_return replyWrongParameter("command", "The parameter 'command' belongs to the action command and to 'about'");
  }
  if (topic) {
    const auto decision = decideAboutTopic(call.registry(), call.who(), *who, *action, *topic, call.now());
    co_return decision ? replyOk(call.tell(*decision)) : replyFailure(decision.error());
  }
  const auto aboutWhom = decidedAbout(call, *who, *about);
  if (!aboutWhom) co_return aboutWhom.error();
  Resource resource{&*aboutWhom};
  if (command) resource.command = *command;
  co_return replyOk(call.tell(call.registry().rules()->explain(*who, *action, resource, call.now())));
}

}  // namespace carport::handlers
