#include "gateway/domain/nitrogen_message.h"
#include "gateway/server/nitrogen/nitrogen_routes.h"

#include <fmt/format.h>

#include <memory>

namespace carport::nitrogen {

namespace {

nlohmann::json keyJson(const NitrogenContext& context, const NitrogenApiKey& key) {
  return {{"id", context.ids.idOf(NitrogenKind::apiKey, key.number)},
          {"key", context.ids.apiKeyText(key.number)},
          {"owner", context.ids.idOf(key.owner)},
          {"name", key.name},
          {"enabled", key.enabled},
          {"used", key.used},
          {"limit", NitrogenBook::kMaxUsesOfKey},
          {"created_at", isoTime(key.createdAt)}};
}

}  // namespace

Answer listApiKeys(NitrogenCall& call) {
  nlohmann::json keys = nlohmann::json::array();
  for (const auto& key : call.context.book.keysOf(call.who().number)) keys.push_back(keyJson(call.context, key));
  co_return nitrogenOk({{"api_keys", std::move(keys)}});
}

Answer addApiKey(NitrogenCall& call) {
  const auto json = call.json();
  if (!json) co_return json.error();
  if (!call.mayProvision() || call.who().type == api::PrincipalType::device) {
    co_return nitrogenFailure(http::status::forbidden, "You may not add devices to this gateway");
  }
  if (call.context.book.keysOf(call.who().number).size() >= NitrogenBook::kMaxKeysOfOwner) {
    co_return nitrogenFailure(http::status::too_many_requests,
                              fmt::format("One principal has {} API keys at most", NitrogenBook::kMaxKeysOfOwner));
  }
  const auto key = std::make_shared<NitrogenApiKey>();
  key->owner = call.who().number;
  key->createdAt = call.now();
  const auto name = json->is_object() ? json->find("name") : json->end();
  if (name != json->end()) {
    if (!name->is_string() || name->get_ref<const std::string&>().size() > api::kMaxPrincipalNameBytes) {
      co_return nitrogenFailure(http::status::bad_request,
                                fmt::format("'name' must be a text of at most {} bytes", api::kMaxPrincipalNameBytes));
    }
    key->name = name->get<std::string>();
  }
  auto adding = call.changeNitrogen(key->name.size(), [key](NitrogenStore& store) { return store.saveApiKey(*key); });
  const Result<void> added = co_await std::move(adding);
  if (!added) co_return nitrogenFailure(added.error());
  call.context.book.put(*key);
  co_return nitrogenOk({{"api_key", keyJson(call.context, *key)}});
}

}  // namespace carport::nitrogen
