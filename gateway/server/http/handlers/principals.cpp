#include "gateway/domain/credentials.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/principal_fields.h"
#include "gateway/server/http/keep_administrable.h"

namespace carport::handlers {

namespace {

using api::PrincipalType;

constexpr std::string_view kOwnDoor = "Cars have calls of their own: /api/v2/cars";

/// The record that the path names, which is no car, once the caller may administer it.
Asked<PrincipalRecord> administered(const Call& call) {
  auto record = call.record(call.variable("id"));
  if (!record) return record;
  if (record->principal.type == PrincipalType::device) return refuse(replyFailure(ErrorKind::invalid, kOwnDoor));
  if (const auto allowed = call.demand(api::Action::administer, record->principal); !allowed) {
    return refuse(allowed.error());
  }
  return record;
}

void appendAll(const Call& call, PrincipalType type, nlohmann::json& out) {
  for (const api::Principal& principal : call.registry().all(type)) out.push_back(api::toJson(principal));
}

}  // namespace

Answer listPrincipals(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  nlohmann::json principals = nlohmann::json::array();
  if (const auto name = call.parameter("type")) {
    const auto type = api::valueOf<PrincipalType>(*name);
    if (!type)
      co_return replyFailure(ErrorKind::invalid, "The parameter 'type' must be device, user, service or group");
    appendAll(call, *type, principals);
  } else {
    for (const auto type : {PrincipalType::device, PrincipalType::user, PrincipalType::service, PrincipalType::group}) {
      appendAll(call, type, principals);
    }
  }
  co_return replyOk({{"principals", std::move(principals)}});
}

Answer addPrincipal(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const auto json = call.json();
  if (!json) co_return json.error();
  PrincipalRecord record;
  std::string password;
  api::FieldReader fields(*json);
  fields.noOthers({"type", "id", "name", "role", "password"})
      .word("type", record.principal.type)
      .text("password", password, api::Need::optional, kMaxPasswordBytes);
  readNewPrincipal(fields, record.principal);
  readRole(fields, record.principal);
  const bool isGroup = record.principal.type == PrincipalType::group;
  if (record.principal.type == PrincipalType::device) fields.wrong("type", "user, service or group");
  if (isGroup && !password.empty()) fields.wrong("password", "absent: a group cannot sign in");
  if (const auto read = fields.finish(); !read) co_return replyFailure(read.error());
  const bool made = password.empty() && !isGroup;
  if (made) password = makeOneTimePassword();
  if (!isGroup) {
    auto hashing = call.hashPassword(password);
    const Result<std::string> hash = co_await std::move(hashing);
    if (!hash) co_return replyFailure(hash.error());
    record.passwordHash = *hash;
    record.mustChangePassword = made && record.principal.type == PrincipalType::user;
  }
  auto adding = addToRegistry(call, std::move(record));
  const Result<PrincipalRecord> added = co_await std::move(adding);
  if (!added) co_return replyFailure(added.error());
  nlohmann::json answer = api::toJson(added->principal);
  if (made) answer["password"] = password;
  co_return replyCreated(answer);
}

Answer changePrincipal(Call& call) {
  auto record = administered(call);
  if (!record) co_return record.error();
  const auto json = call.json();
  if (!json) co_return json.error();
  std::string password;
  api::FieldReader fields(*json);
  fields.noOthers({"name", "role", "blocked", "groups", "password"})
      .text("password", password, api::Need::optional, kMaxPasswordBytes);
  readPrincipalChanges(fields, call.registry(), record->principal);
  readRole(fields, record->principal);
  if (record->principal.number == call.who().number && record->principal.blocked) {
    fields.wrong("blocked", "false for yourself: you would lock yourself out");
  }
  if (fields.has("password") && record->principal.type == PrincipalType::group) {
    fields.wrong("password", "absent: a group cannot sign in");
  }
  if (const auto read = fields.finish(); !read) co_return replyFailure(read.error());
  if (fields.has("password")) {
    auto hashing = call.hashPassword(password);
    const Result<std::string> hash = co_await std::move(hashing);
    if (!hash) co_return replyFailure(hash.error());
    record->passwordHash = *hash;
    record->mustChangePassword = false;
  }
  DurableLog::RegistryChange change = [changed = *record](RegistryStore& store) {
    return store.updatePrincipal(changed);
  };
  auto changing = call.changeRegistry(keepAdministrable(call.registry(), call.now(), std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyOk(api::toJson(record->principal)) : replyFailure(done.error());
}

Answer removePrincipal(Call& call) {
  const auto record = administered(call);
  if (!record) co_return record.error();
  const PrincipalNumber number = record->principal.number;
  if (number == call.who().number) {
    co_return replyFailure(ErrorKind::conflict, "You cannot remove yourself; ask another administrator");
  }
  DurableLog::RegistryChange change = [number](RegistryStore& store) { return store.removePrincipal(number); };
  auto changing = call.changeRegistry(keepAdministrable(call.registry(), call.now(), std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyNoContent() : replyFailure(done.error());
}

}  // namespace carport::handlers
