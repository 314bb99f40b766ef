#include "gateway/domain/credentials.h"
#include "gateway/domain/self_registration.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/principal_fields.h"
#include "gateway/server/http/page.h"

#include <algorithm>
#include <memory>

namespace carport::handlers {

namespace {

constexpr std::size_t kMaxKeyTextBytes = 256;
constexpr std::size_t kMaxToldNumber = 20;

/// Keys are dealt with by those whose devices they make: an organisation's own administrators, or the house's.
bool ownsKey(const Call& call, const api::ProvisioningKey& key) {
  return key.organisation == call.who().organisation();
}

Reply noKey(const std::string& number) {
  return replyFailure(ErrorKind::notFound,
                      fmt::format("There is no provisioning key {}", number.substr(0, kMaxToldNumber)));
}

/// Reads a new key; its organisation is the caller's.
Asked<api::ProvisioningKey> readKey(const Call& call) {
  const auto json = call.json();
  if (!json) return refuse(json.error());
  api::FieldReader names(*json);
  names.noOthers({"label", "idPrefix", "group", "quota", "expiresAt"});
  if (const auto read = names.finish(); !read) return refuse(replyFailure(read.error()));
  auto key = api::fromJson<api::ProvisioningKey>(*json);
  if (!key) return refuse(replyFailure(key.error()));
  key->organisation = call.who().organisation();
  key->createdBy = call.who().id;
  if (key->idPrefix.empty() && !key->organisation.empty()) key->idPrefix = key->organisation + '.';
  api::FieldReader fields(*json);
  if (!key->organisation.empty() && !key->idPrefix.starts_with(key->organisation + '.')) {
    fields.wrong("idPrefix", fmt::format("what begins with '{}.'", key->organisation));
  }
  if (key->expiresAt && *key->expiresAt <= call.now()) fields.wrong("expiresAt", "in the future");
  const auto group = key->group.empty() ? std::nullopt : call.registry().find(key->group);
  const bool isFit = group && group->type == api::PrincipalType::group && group->organisation() == key->organisation;
  if (!key->group.empty() && !isFit) {
    fields.wrong("group", "the id of a group");
  }
  if (const auto read = fields.finish(); !read) return refuse(replyFailure(read.error()));
  return std::move(*key);
}

/// What a device says that registers itself.
struct Newcomer {
  SelfRegistration registration;
  bool hasMadeSecret = false;
};

Asked<Newcomer> readNewcomer(const Call& call) {
  const auto json = call.json();
  if (!json) return refuse(json.error());
  std::string key;
  std::string secret;
  api::Principal device;
  api::FieldReader fields(*json);
  fields.noOthers({"key", "id", "name", "secret"})
      .text("key", key, api::Need::required, kMaxKeyTextBytes)
      .text("secret", secret, api::Need::optional, kMaxPasswordBytes);
  readNewPrincipal(fields, device);
  if (const auto read = fields.finish(); !read) return refuse(replyFailure(read.error()));
  Newcomer out;
  out.hasMadeSecret = secret.empty();
  if (out.hasMadeSecret) secret = makeDeviceSecret();
  auto registration = prepareSelfRegistration(key, std::move(secret), std::move(device), call.control.parts.secretKey);
  if (!registration) return refuse(replyFailure(registration.error()));
  out.registration = std::move(*registration);
  return out;
}

}  // namespace

Answer listProvisioningKeys(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const auto keys = call.control.parts.registryStore.provisioning().provisioningKeys();
  if (!keys) co_return replyFailure(keys.error());
  const auto page = readPage(call, 1);
  if (!page) co_return page.error();
  PageBuilder list(page->limit);
  for (const api::ProvisioningKey& key : *keys) {
    if (!ownsKey(call, key) || key.number <= page->number(0).value_or(0)) continue;
    if (!list.add({std::to_string(key.number)}, call.tell(key))) break;
  }
  co_return list.reply(call, "keys");
}

Answer addProvisioningKey(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  auto wanted = readKey(call);
  if (!wanted) co_return wanted.error();
  const auto key = std::make_shared<api::ProvisioningKey>(std::move(*wanted));
  const std::string text = makeProvisioningKey();
  DurableLog::RegistryChange change = [key, hash = hashToken(text)](RegistryStore& store) -> Result<void> {
    auto added = store.provisioning().addProvisioningKey(*key, hash);
    if (!added) return failFrom(added);
    *key = std::move(*added);
    return {};
  };
  auto changing = call.changeRegistry(std::move(change));
  const Result<void> done = co_await std::move(changing);
  if (!done) co_return replyFailure(done.error());
  nlohmann::json answer = call.tell(*key);
  answer["key"] = text;
  co_return replyCreated(answer);
}

Answer removeProvisioningKey(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const auto number = call.numberVariable("number", NumberKind::provisioningKey);
  if (!number) co_return number.error();
  const auto keys = call.control.parts.registryStore.provisioning().provisioningKeys();
  if (!keys) co_return replyFailure(keys.error());
  const bool isOwn = std::any_of(keys->begin(), keys->end(), [&](const api::ProvisioningKey& key) {
    return key.number == *number && ownsKey(call, key);
  });
  if (!isOwn) co_return noKey(call.variable("number"));
  auto changing = call.changeRegistry(
      [number = *number](RegistryStore& store) { return store.provisioning().removeProvisioningKey(number); });
  const Result<void> done = co_await std::move(changing);
  if (!done && done.error().kind() == ErrorKind::notFound) co_return noKey(call.variable("number"));
  co_return done ? replyNoContent() : replyFailure(done.error());
}

Answer provisionDevice(Call& call) {
  const auto newcomer = readNewcomer(call);
  if (!newcomer) co_return newcomer.error();
  const SelfRegistration& registration = newcomer->registration;
  // Read beside the writer: whoever tries keys costs it nothing.
  const auto usable = call.control.parts.registryStore.provisioning().usableKey(registration.keyHash);
  const bool isUnknown = !usable && usable.error().kind() == ErrorKind::notFound;
  if (isUnknown) co_return replyFailure(ErrorKind::unauthenticated, usable.error().message());
  auto changing = call.changeRegistryAs({registration.device->principal.id, {}, api::Door::api, call.address},
                                        selfRegistrationChange(registration, call.control.parts.secretKey));
  const Result<void> done = co_await std::move(changing);
  if (!done) co_return replyFailure(done.error());
  nlohmann::json answer{{"id", registration.device->principal.id}};
  if (newcomer->hasMadeSecret) answer["secret"] = registration.secret;
  co_return replyCreated(answer);
}

}  // namespace carport::handlers
