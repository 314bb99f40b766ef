#include "gateway/domain/nitrogen_message.h"
#include "gateway/server/http/keep_administrable.h"
#include "gateway/server/nitrogen/find_options.h"
#include "gateway/server/nitrogen/nitrogen_routes.h"
#include "gateway/server/nitrogen/nitrogen_words.h"
#include "gateway/server/nitrogen/profile_fields.h"

#include <fmt/format.h>

#include <limits>
#include <memory>

namespace carport::nitrogen {

namespace {

using Json = nlohmann::json;
using Kind = api::Selector::Kind;

/// Nitrogen's custom for people's own rules; and the first place that they may take, behind all that the fleet says.
constexpr std::int32_t kNormalPriority = 10'000'000;
constexpr std::int32_t kFirstOwnPriority = 10'000;

tl::unexpected<NitrogenReply> refused(http::status status, std::string_view sentence) {
  return nitrogenRefuse(nitrogenFailure(status, sentence));
}

/// The selector for the principal that a field names; everybody where it is absent.
NitrogenAsked<api::Selector> readSelector(const NitrogenCall& call, const Json& json, const char* name) {
  const auto id = readText(json, name, NitrogenIds::kIdChars);
  if (!id) return nitrogenRefuse(id.error());
  if (id->empty()) return api::Selector{};
  const auto named = call.principal(*id);
  if (!named) return refused(http::status::bad_request, fmt::format("'{}' names nobody who is here", name));
  return api::Selector{named->type == api::PrincipalType::group ? Kind::group : Kind::principal, named->id};
}

NitrogenAsked<void> readTimesAndPriority(const NitrogenCall& call, const Json& json, api::Rule& rule) {
  rule.priority = kNormalPriority;
  if (const auto priority = json.find("priority"); priority != json.end() && !priority->is_null()) {
    const bool fits = priority->is_number_integer() && *priority >= std::numeric_limits<std::int32_t>::min() &&
                      *priority <= std::numeric_limits<std::int32_t>::max();
    if (!fits) return refused(http::status::bad_request, "'priority' must be a whole number of 32 bits");
    rule.priority = priority->get<std::int32_t>();
  }
  const auto expires = readText(json, "expires", 64);
  if (!expires) return nitrogenRefuse(expires.error());
  if (expires->empty()) return {};
  rule.expiresAt = parseIsoTime(*expires);
  if (rule.expiresAt && *rule.expiresAt > call.now()) return {};
  return refused(http::status::bad_request, "'expires' must be a time that is still to come");
}

NitrogenAsked<api::Rule> readRule(const NitrogenCall& call, const Json& json) {
  if (!json.is_object()) return refused(http::status::bad_request, "A permission is an object");
  api::Rule rule;
  rule.organisation = std::string(call.who().organisation());
  auto who = readSelector(call, json, "issued_to");
  if (!who) return nitrogenRefuse(who.error());
  auto about = readSelector(call, json, "principal_for");
  if (!about) return nitrogenRefuse(about.error());
  rule.who = std::move(*who);
  rule.about = std::move(*about);
  const auto action = readText(json, "action", 32);
  if (!action) return nitrogenRefuse(action.error());
  if (!action->empty()) {
    rule.action = actionOfNitrogen(*action);
    if (!rule.action) {
      return refused(http::status::bad_request, "'action' must be admin, impersonate, send, subscribe or view");
    }
  }
  const auto authorized = json.find("authorized");
  if (authorized == json.end() || !authorized->is_boolean()) {
    return refused(http::status::bad_request, "'authorized' must be true or false");
  }
  rule.allow = authorized->get<bool>();
  const auto filter = readText(json, "filter", DocumentFilter::kMaxTextBytes);
  if (!filter) return nitrogenRefuse(filter.error());
  if (!filter->empty() && *filter != "{}") {
    return refused(http::status::bad_request,
                   "A permission with a 'filter' cannot be kept here: rules speak of principals and actions");
  }
  if (const auto read = readTimesAndPriority(call, json, rule); !read) return nitrogenRefuse(read.error());
  return rule;
}

/// What somebody who does not administer the gateway may lay down about whom he administers.
NitrogenAsked<void> checkOwnRule(const NitrogenCall& call, const api::Rule& rule) {
  if (rule.about.kind == Kind::anyone) {
    return refused(http::status::forbidden, "Only who administers the gateway makes permissions about everybody");
  }
  const auto about = call.registry().find(rule.about.value);
  if (!about || !call.mayAdminister(*about)) {
    return refused(http::status::forbidden, "You may not administer the principal that this permission is for");
  }
  if (rule.priority < kFirstOwnPriority) {
    return refused(
        http::status::forbidden,
        fmt::format("Your own permissions stand behind the fleet's: at priority {} or more", kFirstOwnPriority));
  }
  // To administer oneself means to administer the gateway. So nobody may be given more than one, one by one, who is
  // somebody else.
  const bool isStrong =
      !rule.action || *rule.action == api::Action::administer || *rule.action == api::Action::impersonate;
  const bool isOneForOther =
      rule.who.kind == Kind::principal && rule.about.kind == Kind::principal && rule.who.value != rule.about.value;
  if (rule.allow && isStrong && !isOneForOther) {
    return refused(http::status::forbidden,
                   "A permission for everything, to administer or to impersonate is given to one principal about "
                   "another one");
  }
  return {};
}

/// Whether the caller may take it away, or see it at all.
bool isOwnRule(const NitrogenCall& call, const api::Rule& rule) {
  if (call.who().organisation() != rule.organisation) return false;
  if (call.rights().mayAdministerGateway(call.who())) return true;
  if (rule.about.kind != Kind::principal && rule.about.kind != Kind::group) return false;
  const auto about = call.registry().find(rule.about.value);
  return about && call.mayAdminister(*about) && !rule.builtIn;
}

/// One also sees what was issued to oneself.
bool maySeeRule(const NitrogenCall& call, const api::Rule& rule) {
  const bool isIssuedToCaller = rule.who.kind == Kind::principal && rule.who.value == call.who().id;
  return isIssuedToCaller || isOwnRule(call, rule);
}

}  // namespace

Answer findPermissions(NitrogenCall& call) {
  const auto filter = filterOf(call);
  if (!filter) co_return filter.error();
  const auto options = FindOptions::of(call);
  if (!options) co_return options.error();
  Json found = Json::array();
  const auto rules = call.registry().rules();
  for (const api::Rule& rule : rules->rules()) {
    auto json = permissionJson(call.context, rule);
    if (json && filter->matches(*json) && maySeeRule(call, rule)) found.push_back(std::move(*json));
  }
  options->apply(found);
  co_return nitrogenOk({{"permissions", std::move(found)}});
}

Answer addPermission(NitrogenCall& call) {
  const auto json = call.json();
  if (!json) co_return json.error();
  auto rule = readRule(call, *json);
  if (!rule) co_return rule.error();
  if (!call.rights().mayAdministerGateway(call.who())) {
    if (const auto own = checkOwnRule(call, *rule); !own) co_return own.error();
  }
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
  co_return nitrogenOk({{"permission", permissionJson(call.context, *added).value_or(Json::object())}});
}

Answer removePermission(NitrogenCall& call) {
  const auto number = call.context.ids.numberOf(NitrogenKind::rule, call.id);
  const auto rules = call.registry().rules();
  const api::Rule* found = nullptr;
  for (const api::Rule& rule : rules->rules()) {
    if (number && rule.number.value == *number) found = &rule;
  }
  if (found == nullptr || !maySeeRule(call, *found)) {
    co_return nitrogenFailure(http::status::not_found, "There is no permission with this id that you could see");
  }
  if (!isOwnRule(call, *found)) {
    co_return nitrogenFailure(http::status::forbidden,
                              "You may not administer the principal that this permission is for");
  }
  DurableLog::RegistryChange change = [rule = found->number](RegistryStore& store) { return store.removeRule(rule); };
  auto changing = call.changeRegistry(call.act(), keepAdministrable(call.registry(), call.now(), std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? nitrogenOk(Json::object()) : nitrogenFailure(done.error());
}

}  // namespace carport::nitrogen
