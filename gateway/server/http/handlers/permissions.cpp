#include "gateway/server/http/handlers/handlers.h"

#include <algorithm>
#include <memory>

namespace carport::handlers {

namespace {

Asked<api::Rule> readRule(const Call& call) {
  const auto json = call.json();
  if (!json) return refuse(json.error());
  Result<api::Rule> rule = api::fromJson<api::Rule>(*json);
  if (!rule) return refuse(replyFailure(rule.error()));
  return std::move(*rule);
}

/// The rule that the path names.
Asked<api::Rule> existingRule(const Call& call) {
  const auto number = call.numberVariable("number");
  if (!number) return refuse(number.error());
  const auto rules = call.registry().rules();
  const auto found = std::find_if(rules->rules().begin(), rules->rules().end(),
                                  [&](const api::Rule& rule) { return rule.number.value == *number; });
  if (found == rules->rules().end()) {
    return refuse(replyFailure(ErrorKind::notFound, fmt::format("There is no rule {}", *number)));
  }
  return *found;
}

}  // namespace

Answer listRules(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  nlohmann::json rules = nlohmann::json::array();
  const auto all = call.registry().rules();
  for (const api::Rule& rule : all->rules()) rules.push_back(api::toJson(rule));
  co_return replyOk({{"rules", std::move(rules)}});
}

Answer addRule(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  auto rule = readRule(call);
  if (!rule) co_return rule.error();
  rule->number = {};
  rule->builtIn = false;
  const auto added = std::make_shared<api::Rule>(std::move(*rule));
  DurableLog::RegistryChange change = [added](RegistryStore& store) -> Result<void> {
    auto stored = store.addRule(*added);
    if (!stored) return failFrom(stored);
    *added = std::move(*stored);
    return {};
  };
  auto changing = call.changeRegistry(std::move(change));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyCreated(api::toJson(*added)) : replyFailure(done.error());
}

Answer changeRule(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const auto existing = existingRule(call);
  if (!existing) co_return existing.error();
  auto rule = readRule(call);
  if (!rule) co_return rule.error();
  rule->number = existing->number;
  rule->builtIn = existing->builtIn;
  auto changing = call.changeRegistry([changed = *rule](RegistryStore& store) { return store.updateRule(changed); });
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyOk(api::toJson(*rule)) : replyFailure(done.error());
}

Answer removeRule(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const auto existing = existingRule(call);
  if (!existing) co_return existing.error();
  auto changing =
      call.changeRegistry([number = existing->number](RegistryStore& store) { return store.removeRule(number); });
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyNoContent() : replyFailure(done.error());
}

Answer decide(Call& call) {
  const std::string whoId = call.parameter("who").value_or(call.who().id);
  const auto who = call.record(whoId);
  // Whoever may not administer learns nothing about others, not even that they exist.
  if (whoId != call.who().id) {
    if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  }
  if (!who) co_return who.error();
  const auto action = api::valueOf<api::Action>(call.parameter("action").value_or(std::string()));
  if (!action) {
    co_return replyFailure(ErrorKind::invalid,
                           "The parameter 'action' must be view, subscribe, send, command, administer or impersonate");
  }
  const auto about = call.parameter("about");
  const auto topic = call.parameter("topic");
  if (about.has_value() == topic.has_value()) {
    co_return replyFailure(ErrorKind::invalid, "Give either the parameter 'about' or the parameter 'topic'");
  }
  const auto rules = call.registry().rules();
  if (topic)
    co_return replyOk(api::toJson(rules->explain(who->principal, *action, Resource{nullptr, *topic}, call.now())));
  const auto aboutWhom = call.record(*about);
  if (!aboutWhom) co_return aboutWhom.error();
  const Resource resource{&aboutWhom->principal, {}};
  co_return replyOk(api::toJson(rules->explain(who->principal, *action, resource, call.now())));
}

}  // namespace carport::handlers
