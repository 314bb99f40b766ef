#include "gateway/api/json_codec.h"
#include "gateway/domain/document_filter.h"
#include "gateway/domain/nitrogen_message.h"
#include "gateway/server/http/keep_administrable.h"
#include "gateway/server/nitrogen/find_options.h"
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
void consider(const NitrogenCall& call, const DocumentFilter& filter, const api::Principal& principal, Json& out) {
  if (!maySee(call, principal)) return;
  Json json = principalJson(call.context, principal, call.mayAdminister(principal));
  if (filter.matches(json)) out.push_back(std::move(json));
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
      for (const api::Principal& principal : call.registry().all(type)) consider(call, *filter, principal, found);
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
  const auto name = readText(*json, "name", api::kMaxPrincipalNameBytes);
  if (!name) co_return name.error();
  const Json* before = call.context.book.profile(about->number);
  Json profile = before != nullptr ? *before : Json::object();
  if (const auto read = readProfile(*json, profile); !read) co_return read.error();
  profile["updated_at"] = isoTime(call.now());
  auto record = call.registry().record(about->number);
  if (!record) co_return nitrogenFailure(http::status::not_found, "There is no principal with this id");
  if (!name->empty() && record->principal.name != *name) {
    record->principal.name = *name;
    DurableLog::RegistryChange change = [changed = *record](RegistryStore& store) {
      return store.updatePrincipal(changed);
    };
    auto changing = call.changeRegistry(call.act(), std::move(change));
    if (const Result<void> done = co_await std::move(changing); !done) co_return nitrogenFailure(done.error());
  }
  if (before != nullptr) {  // to have one says more than what is in it
    const NitrogenProfile stored{about->number, api::toText(profile)};
    auto changing = call.changeNitrogen(stored.document.size(),
                                        [stored](NitrogenStore& store) { return store.saveProfile(stored); });
    if (const Result<void> done = co_await std::move(changing); !done) co_return nitrogenFailure(done.error());
    call.context.book.put(about->number, std::move(profile));
  }
  call.context.sockets->principalChanged(record->principal);
  co_return nitrogenOk({{"principal", principalJson(call.context, record->principal, true)}});
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
