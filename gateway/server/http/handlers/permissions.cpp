#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/keep_administrable.h"
#include "gateway/server/http/topic_decision.h"

#include <algorithm>
#include <memory>

namespace carport::handlers {

namespace {

using Kind = api::Selector::Kind;

/// Whom a selector names has to be there: a rule about nobody would wait for whoever gets that id one day.
Asked<void> checkNamed(const Call& call, std::string_view field, const api::Selector& selector) {
  if (selector.kind != Kind::principal && selector.kind != Kind::group) return {};
  const auto named = call.registry().find(selector.value);
  const bool isGroup = named && named->type == api::PrincipalType::group;
  if (selector.kind == Kind::principal ? named.has_value() : isGroup) return {};
  return refuse(replyFailure(ErrorKind::invalid,
                             fmt::format("The field '{}' names {}, but there is no {} '{}'", field, selector.toString(),
                                         selector.kind == Kind::group ? "group" : "principal", selector.value)));
}

/// The rule in the body. What it says must mean something; `oldExpiry`, which it may have had before, is let be.
Asked<api::Rule> readRule(const Call& call, std::optional<TimePoint> oldExpiry) {
  const auto json = call.json();
  if (!json) return refuse(json.error());
  Result<api::Rule> rule = api::fromJson<api::Rule>(*json);
  if (!rule) return refuse(replyFailure(rule.error()));
  if (rule->who.kind == Kind::topic) {
    return refuse(replyFailure(ErrorKind::invalid, "The field 'who' must say who acts; a topic does nothing"));
  }
  for (const auto& [field, selector] : {std::pair("who", &rule->who), std::pair("about", &rule->about)}) {
    if (const auto known = checkNamed(call, field, *selector); !known) return refuse(known.error());
  }
  if (rule->expiresAt && *rule->expiresAt <= call.now() && rule->expiresAt != oldExpiry) {
    return refuse(
        replyFailure(ErrorKind::invalid, "The field 'expiresAt' lies in the past: the rule would do nothing"));
  }
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
  auto rule = readRule(call, std::nullopt);
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
  auto changing = call.changeRegistry(keepAdministrable(call.registry(), call.now(), std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyCreated(api::toJson(*added)) : replyFailure(done.error());
}

Answer changeRule(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const auto existing = existingRule(call);
  if (!existing) co_return existing.error();
  auto rule = readRule(call, existing->expiresAt);
  if (!rule) co_return rule.error();
  rule->number = existing->number;
  rule->builtIn = existing->builtIn;
  DurableLog::RegistryChange change = [changed = *rule](RegistryStore& store) { return store.updateRule(changed); };
  auto changing = call.changeRegistry(keepAdministrable(call.registry(), call.now(), std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyOk(api::toJson(*rule)) : replyFailure(done.error());
}

Answer removeRule(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const auto existing = existingRule(call);
  if (!existing) co_return existing.error();
  DurableLog::RegistryChange change = [number = existing->number](RegistryStore& store) {
    return store.removeRule(number);
  };
  auto changing = call.changeRegistry(keepAdministrable(call.registry(), call.now(), std::move(change)));
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
  if (topic) {
    const auto decision = decideAboutTopic(call.registry(), who->principal, *action, *topic, call.now());
    co_return decision ? replyOk(api::toJson(*decision)) : replyFailure(decision.error());
  }
  const auto aboutWhom = call.record(*about);
  if (!aboutWhom) co_return aboutWhom.error();
  const Resource resource{&aboutWhom->principal, {}};
  co_return replyOk(api::toJson(call.registry().rules()->explain(who->principal, *action, resource, call.now())));
}

}  // namespace carport::handlers
