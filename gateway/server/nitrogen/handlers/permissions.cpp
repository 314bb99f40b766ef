#include "gateway/server/http/keep_administrable.h"
#include "gateway/server/http/unless_changed.h"
#include "gateway/server/nitrogen/find_options.h"
#include "gateway/server/nitrogen/nitrogen_routes.h"
#include "gateway/server/nitrogen/nitrogen_words.h"
#include "gateway/server/nitrogen/permission_fields.h"
#include "gateway/server/nitrogen/permission_rights.h"

#include <memory>

namespace carport::nitrogen {

namespace {

using Json = nlohmann::json;

/// The rule that the path names, where the caller may change it: 404 where he may not even see it, otherwise 403.
NitrogenAsked<api::Rule> changeableRule(const NitrogenCall& call, const PermissionRights& rights) {
  const auto number = call.context.ids.numberOf(NitrogenKind::rule, call.id);
  const auto rules = call.registry().rules();
  for (const api::Rule& rule : rules->rules(call.who().organisation())) {
    if (!number || rule.number.value != *number || !rights.maySee(rule)) continue;
    if (rights.mayChange(rule)) return rule;
    return nitrogenRefuse(
        nitrogenFailure(http::status::forbidden, "You may not administer the principal that this permission is for"));
  }
  return nitrogenRefuse(
      nitrogenFailure(http::status::not_found, "There is no permission with this id that you could see"));
}

NitrogenReply permissionReply(const NitrogenCall& call, const api::Rule& rule) {
  return nitrogenOk({{"permission", permissionJson(call.context, rule).value_or(Json::object())}});
}

}  // namespace

Answer findPermissions(NitrogenCall& call) {
  const auto filter = filterOf(call);
  if (!filter) co_return filter.error();
  const auto options = FindOptions::of(call);
  if (!options) co_return options.error();
  const PermissionRights rights(call);
  Json found = Json::array();
  const auto rules = call.registry().rules();
  for (const api::Rule& rule : rules->rules(call.who().organisation())) {
    if (options->isEnough(found)) break;
    if (!rights.maySee(rule)) continue;
    auto json = permissionJson(call.context, rule);
    if (json && filter->matches(*json)) found.push_back(std::move(*json));
  }
  options->apply(found);
  co_return nitrogenOk({{"permissions", std::move(found)}});
}

Answer addPermission(NitrogenCall& call) {
  const auto json = call.json();
  if (!json) co_return json.error();
  auto rule = readPermission(call, *json);
  if (!rule) co_return rule.error();
  const PermissionRights rights(call);
  if (const auto allowed = rights.demand(*rule, nullptr); !allowed) co_return allowed.error();
  rule->note = "Made by " + call.who().id;
  const auto added = std::make_shared<api::Rule>(std::move(*rule));
  DurableLog::RegistryChange change = [added](RegistryStore& store) -> Result<void> {
    auto stored = store.addRule(*added);
    if (!stored) return failFrom(stored);
    *added = std::move(*stored);
    return {};
  };
  auto changing = call.changeRegistry(call.act(), keepAdministrable(call.registry(), call.now(), std::move(change)));
  if (const Result<void> done = co_await std::move(changing); !done) co_return nitrogenFailure(done.error());
  co_return permissionReply(call, *added);
}

Answer changePermission(NitrogenCall& call) {
  const PermissionRights rights(call);
  const auto before = changeableRule(call, rights);
  if (!before) co_return before.error();
  if (!permissionJson(call.context, *before)) {
    co_return nitrogenFailure(http::status::conflict,
                              "This rule says more than a permission can; change it in the portal");
  }
  const auto json = call.json();
  if (!json) co_return json.error();
  auto rule = readPermission(call, *json);
  if (!rule) co_return rule.error();
  if (const auto allowed = rights.demand(*rule, &*before); !allowed) co_return allowed.error();
  rule->number = before->number;
  rule->builtIn = before->builtIn;
  rule->note = before->note;
  DurableLog::RegistryChange change = [changed = *rule](RegistryStore& store) { return store.updateRule(changed); };
  change = keepAdministrable(call.registry(), call.now(), std::move(change));
  auto changing =
      call.changeRegistry(call.act(), unlessChanged(call.registry().sequence(), *before, std::move(change)));
  if (const Result<void> done = co_await std::move(changing); !done) co_return nitrogenFailure(done.error());
  co_return permissionReply(call, *rule);
}

Answer removePermission(NitrogenCall& call) {
  const auto rule = changeableRule(call, PermissionRights(call));
  if (!rule) co_return rule.error();
  DurableLog::RegistryChange change = [number = rule->number](RegistryStore& store) {
    return store.removeRule(number);
  };
  auto changing = call.changeRegistry(call.act(), keepAdministrable(call.registry(), call.now(), std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? nitrogenOk(Json::object()) : nitrogenFailure(done.error());
}

}  // namespace carport::nitrogen
