#include "gateway/domain/credentials.h"
#include "gateway/server/http/entity_tag.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/principal_fields.h"
#include "gateway/server/http/unless_changed.h"

#include <utility>

namespace carport::handlers {

namespace {

Reply preconditionFailed(std::string_view sentence) {
  return replyStatus(http::status::precondition_failed, sentence);
}

/// Fills in what the body says; what it leaves out is taken away, the secret apart. The secret that it gives, or
/// nothing.
Asked<std::string> readWholeCar(const Call& call, PrincipalRecord& record) {
  const auto json = call.json();
  if (!json) return refuse(json.error());
  std::string secret;
  api::Principal& car = record.principal;
  car.name.clear();
  car.blocked = false;
  car.groups.clear();
  car.attributes = {};
  api::FieldReader fields(*json);
  fields.noOthers({"name", "blocked", "groups", "attributes", "secret"})
      .text("secret", secret, api::Need::optional, kMaxPasswordBytes);
  readPrincipalChanges(fields, call.registry(), car);
  readAttributes(fields, car);
  if (const auto read = fields.finish(); !read) return refuse(replyFailure(read.error()));
  if (secret.empty()) return secret;
  const auto hashed = hashDeviceSecret(secret, call.control.parts.secretKey);
  if (!hashed) return refuse(replyFailure(hashed.error()));
  record.secret = *hashed;
  record.retiring.reset();
  return secret;
}

Answer makeCar(Call& call, const std::string& id) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  if (!call.request[http::field::if_match].empty()) co_return preconditionFailed("There is no such car to be changed");
  PrincipalRecord record;
  record.principal.id = id;
  record.principal.type = api::PrincipalType::device;
  if (!api::isValidPrincipalId(id)) {
    co_return replyFailure(ErrorKind::invalid, "An id is 1 to 64 of A-Z a-z 0-9 . _ - @ and does not start with a dot");
  }
  if (const auto placed = placeNew(call, record.principal); !placed) co_return placed.error();
  auto secret = readWholeCar(call, record);
  if (!secret) co_return secret.error();
  auto adding = addCarWith(call, std::move(record), secret->empty() ? makeDeviceSecret() : std::move(*secret));
  Reply reply = co_await std::move(adding);
  co_return reply;
}

Answer replaceCar(Call& call, PrincipalRecord record) {
  if (const auto allowed = call.demand(api::Action::administer, record.principal); !allowed) co_return allowed.error();
  if (const auto same = demandRevision(call, call.tell(record.principal)); !same) co_return same.error();
  if (!call.request[http::field::if_none_match].empty()) {
    co_return preconditionFailed("There is such a car already, and If-None-Match asks for a new one");
  }
  if (const auto read = readWholeCar(call, record); !read) co_return read.error();
  DurableLog::RegistryChange change = [changed = record](RegistryStore& store) {
    return store.updatePrincipal(changed);
  };
  auto changing =
      call.changeRegistry(unlessChanged(call.registry().sequence(), record.principal.number, std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyThing(call.tell(record.principal)) : replyFailure(done.error());
}

}  // namespace

Answer putCar(Call& call) {
  const std::string& id = call.variable("id");
  auto known = call.knownCar(id) ? call.registry().record(id) : std::nullopt;
  auto answering = known ? replaceCar(call, std::move(*known)) : makeCar(call, id);
  Reply reply = co_await std::move(answering);
  co_return reply;
}

}  // namespace carport::handlers
