#include "gateway/api/document_filter.h"
#include "gateway/api/enum_names.h"
#include "gateway/domain/nitrogen_message.h"
#include "gateway/server/http/keep_administrable.h"
#include "gateway/server/nitrogen/find_options.h"
#include "gateway/server/nitrogen/group_members.h"
#include "gateway/server/nitrogen/nitrogen_routes.h"
#include "gateway/server/nitrogen/nitrogen_words.h"
#include "gateway/server/nitrogen/profile_fields.h"
#include "gateway/server/nitrogen/socketio_hub.h"

#include <algorithm>

namespace carport::nitrogen {

namespace {

using Json = nlohmann::json;
using Type = api::PrincipalType;

constexpr Type kTypes[] = {Type::user, Type::application, Type::service, Type::group, Type::device};

bool maySee(const NitrogenCall& call, const api::Principal& about) {
  return call.rights().may(call.who(), api::Action::view, about) || call.mayAdminister(about);
}

/// Puts the principal into `out` where the caller may see it and the filter lets it through.
void consider(const NitrogenCall& call, const api::DocumentFilter& filter, const api::Principal& principal, Json& out) {
  const bool inFull = call.mayAdminister(principal);
  if (!inFull && !call.rights().may(call.who(), api::Action::view, principal)) return;
  Json json = principalJson(call.context, principal, inFull);
  if (filter.matches(json)) out.push_back(std::move(json));
}

/// Whether the filter could let anybody of this type through.
bool mayHave(const api::DocumentFilter& filter, Type type) {
  const Json* wanted = filter.requiredAt("type");
  if (wanted == nullptr || !wanted->is_string()) return true;
  if (type == Type::application) return *wanted == "app" || *wanted == "reactor";
  return wanted->get_ref<const std::string&>() == api::nameOf(type);
}

/// Takes over what a PUT may change of the record; the failing side is 400 or 403.
NitrogenAsked<std::vector<PrincipalRecord>> readChanges(const NitrogenCall& call, const Json& json,
                                                        const api::Principal& about) {
  const auto name = readText(json, "name", api::kMaxPrincipalNameBytes);
  if (!name) return nitrogenRefuse(name.error());
  std::vector<PrincipalRecord> changed;
  if (about.type == Type::group) {
    auto members = readMembers(call, json, about.id);
    if (!members) return members;
    changed = std::move(*members);
  }
  auto record = call.registry().record(about.number);
  if (!record) return nitrogenRefuse(nitrogenFailure(http::status::not_found, "There is no principal with this id"));
  if (name->empty() || record->principal.name == *name) return changed;
  record->principal.name = *name;
  changed.push_back(std::move(*record));
  return changed;
}

/// The principal's profile as a PUT makes it; the failing side is 400.
NitrogenAsked<Json> profileWith(const NitrogenCall& call, const api::Principal& about, const Json& json) {
  const Json* before = call.context.book.profile(about.number);
  Json profile = before != nullptr ? *before : Json::object();
  if (const auto read = readProfile(json, profile); !read) return nitrogenRefuse(read.error());
  profile["updated_at"] = isoTime(call.now());
  return profile;
}

}  // namespace

Answer findPrincipals(NitrogenCall& call) {
  const auto filter = filterOf(call);
  if (!filter) co_return filter.error();
  const auto options = FindOptions::of(call);
  if (!options) co_return options.error();
  Json found = Json::array();
  if (const Json* id = filter->requiredAt("id"); id != nullptr && id->is_string()) {
    const auto one = call.principal(id->get_ref<const std::string&>());
    if (one) consider(call, *filter, *one, found);
  } else {
    for (const Type type : kTypes) {
      if (!mayHave(*filter, type)) continue;
      for (const api::Principal& principal : call.registry().all(type)) {
        if (options->isEnough(found)) break;
        consider(call, *filter, principal, found);
      }
    }
  }
  options->apply(found);
  co_return nitrogenOk({{"principals", std::move(found)}});
}

Answer getPrincipal(NitrogenCall& call) {
  const auto about = call.principal(call.id);
  if (!about) co_return about.error();
  if (!maySee(call, *about)) co_return nitrogenFailure(http::status::forbidden, "You may not see this principal");
  co_return nitrogenOk({{"principal", principalJson(call.context, *about, call.mayAdminister(*about))}});
}

Answer changePrincipal(NitrogenCall& call) {
  const auto about = call.administered(call.id);
  if (!about) co_return about.error();
  const auto json = call.json();
  if (!json) co_return json.error();
  if (!json->is_object()) co_return nitrogenFailure(http::status::bad_request, "A principal is an object");
  auto changes = readChanges(call, *json, *about);
  if (!changes) co_return changes.error();
  if (const auto read = profileWith(call, *about, *json); !read) co_return read.error();
  if (!changes->empty()) {
    DurableLog::RegistryChange nothingElse = [](RegistryStore&) { return Result<void>(); };
    auto changing = call.changeRegistry(call.act(), withMembers(call, std::move(*changes), std::move(nothingElse)));
    if (const Result<void> done = co_await std::move(changing); !done) co_return nitrogenFailure(done.error());
  }
  // Read again: others may have changed it meanwhile. To have one says more than what is in it.
  auto profile = profileWith(call, *about, *json);
  if (profile && call.context.book.profile(about->number) != nullptr) {
    auto saving = call.saveProfile(about->number, std::move(*profile));
    if (const Result<void> saved = co_await std::move(saving); !saved) co_return nitrogenFailure(saved.error());
  }
  const auto now = call.registry().find(about->number).value_or(*about);
  call.context.sockets->principalChanged(now);
  co_return nitrogenOk({{"principal", principalJson(call.context, now, true)}});
}

Answer removePrincipal(NitrogenCall& call) {
  const auto about = call.administered(call.id);
  if (!about) co_return about.error();
  const PrincipalNumber number = about->number;
  DurableLog::RegistryChange change = [number](RegistryStore& store) { return store.removePrincipal(number); };
  auto changing = call.changeRegistry(call.act(), keepAdministrable(call.registry(), call.now(), std::move(change)));
  if (const Result<void> done = co_await std::move(changing); !done) co_return nitrogenFailure(done.error());
  call.context.book.forget(number);
  auto forgetting = call.changeNitrogen(0, [number](NitrogenStore& store) { return store.forget(number); });
  const Result<void> forgotten = co_await std::move(forgetting);
  co_return forgotten ? nitrogenOk(Json::object()) : nitrogenFailure(forgotten.error());
}

}  // namespace carport::nitrogen
