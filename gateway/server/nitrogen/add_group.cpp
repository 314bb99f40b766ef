#include "gateway/server/nitrogen/add_group.h"

#include "gateway/server/nitrogen/claiming.h"
#include "gateway/server/nitrogen/group_members.h"
#include "gateway/server/nitrogen/nitrogen_words.h"
#include "gateway/server/nitrogen/profile_fields.h"
#include "gateway/server/nitrogen/random_text.h"
#include "gateway/server/nitrogen/socketio_hub.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

namespace carport::nitrogen {

namespace {

constexpr const char* kMaker = "made_by";

NitrogenAsked<void> demandMaking(const NitrogenCall& call) {
  const bool mayMake = call.caller && call.who().type != api::PrincipalType::device && call.mayProvision();
  if (!mayMake) {
    return nitrogenRefuse(nitrogenFailure(http::status::forbidden,
                                          "Groups are made by who is signed in and may add "
                                          "devices: send the access token with this call"));
  }
  if (call.context.book.countWith(kMaker, call.who().id) < kMaxGroupsOfOne) return {};
  return nitrogenRefuse(nitrogenFailure(http::status::too_many_requests,
                                        fmt::format("One principal makes {} groups at most", kMaxGroupsOfOne)));
}

}  // namespace

Answer addGroup(NitrogenCall& call, const nlohmann::json& json) {
  if (const auto allowed = demandMaking(call); !allowed) co_return allowed.error();
  const auto name = readText(json, "name", api::kMaxPrincipalNameBytes);
  if (!name) co_return name.error();
  nlohmann::json profile{{"type", "group"}, {kMaker, call.who().id}};
  if (const auto read = readProfile(json, profile); !read) co_return read.error();
  const auto added = std::make_shared<PrincipalRecord>();
  added->principal.type = api::PrincipalType::group;
  added->principal.id = freshPrincipalId(call.who().organisation());
  added->principal.name = *name;
  auto members = readMembers(call, json, added->principal.id);
  if (!members) co_return members.error();
  DurableLog::RegistryChange change =
      [added, rule = ownershipRule(call.who(), added->principal.id)](RegistryStore& store) -> Result<void> {
    auto stored = store.addPrincipal(*added);
    if (!stored) return failFrom(stored);
    *added = std::move(*stored);
    const auto owned = store.addRule(rule);
    return owned ? Result<void>() : failFrom(owned);
  };
  auto changing = call.changeRegistry(call.act(), withMembers(call, std::move(*members), std::move(change)));
  if (const Result<void> done = co_await std::move(changing); !done) co_return nitrogenFailure(done.error());
  auto saving = call.saveProfile(added->principal.number, std::move(profile));
  if (const Result<void> saved = co_await std::move(saving); !saved) co_return nitrogenFailure(saved.error());
  call.context.sockets->principalChanged(added->principal);
  co_return nitrogenOk({{"principal", principalJson(call.context, added->principal, true)}});
}

}  // namespace carport::nitrogen
