#include "gateway/domain/credentials.h"
#include "gateway/domain/live_states.h"
#include "gateway/server/control/view_filter.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/principal_fields.h"

#include <memory>

namespace carport::handlers {

Answer listCars(Call& call) {
  ViewFilter filter(call.registry(), call.control.parts.clock, call.who().number);
  nlohmann::json cars = nlohmann::json::array();
  for (api::Principal& principal : call.registry().all(api::PrincipalType::device)) {
    if (!filter.mayView(principal.number)) continue;
    api::Car car;
    if (const api::CarState* state = call.control.states.find(principal.number)) car.position = state->position;
    car.principal = std::move(principal);
    cars.push_back(api::toJson(car));
  }
  co_return replyOk({{"cars", std::move(cars)}});
}

Answer addCar(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const auto json = call.json();
  if (!json) co_return json.error();
  std::string secret = makeDeviceSecret();
  PrincipalRecord record;
  api::FieldReader fields(*json);
  fields.noOthers({"id", "name", "secret"}).text("secret", secret, api::Need::optional, kMaxPasswordBytes);
  readNewPrincipal(fields, record.principal);
  if (const auto read = fields.finish(); !read) co_return replyFailure(read.error());
  record.principal.type = api::PrincipalType::device;
  const auto hashed = hashDeviceSecret(secret, call.control.parts.secretKey);
  if (!hashed) co_return replyFailure(hashed.error());
  record.secret = *hashed;
  auto adding = addToRegistry(call, std::move(record));
  const Result<PrincipalRecord> added = co_await std::move(adding);
  if (!added) co_return replyFailure(added.error());
  nlohmann::json answer = api::toJson(added->principal);
  answer["secret"] = secret;
  co_return replyCreated(answer);
}

Answer getCar(Call& call) {
  auto principal = call.car(api::Action::view);
  if (!principal) co_return principal.error();
  api::Car car{std::move(*principal), std::nullopt, std::nullopt};
  if (const api::CarState* state = call.control.states.find(car.principal.number)) car.state = *state;
  co_return replyOk(api::toJson(car));
}

Answer changeCar(Call& call) {
  const auto car = call.car(api::Action::administer);
  if (!car) co_return car.error();
  auto record = call.record(car->id);
  if (!record) co_return record.error();
  const auto json = call.json();
  if (!json) co_return json.error();
  api::FieldReader fields(*json);
  fields.noOthers({"name", "blocked", "groups"});
  readPrincipalChanges(fields, call.registry(), record->principal);
  if (const auto read = fields.finish(); !read) co_return replyFailure(read.error());
  auto changing =
      call.changeRegistry([changed = *record](RegistryStore& store) { return store.updatePrincipal(changed); });
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyOk(api::toJson(record->principal)) : replyFailure(done.error());
}

Answer renewCarSecret(Call& call) {
  const auto car = call.car(api::Action::administer);
  if (!car) co_return car.error();
  auto record = call.record(car->id);
  if (!record) co_return record.error();
  std::string secret = makeDeviceSecret();
  if (!call.request.body().empty()) {
    const auto json = call.json();
    if (!json) co_return json.error();
    api::FieldReader fields(*json);
    fields.noOthers({"secret"}).text("secret", secret, api::Need::optional, kMaxPasswordBytes);
    if (const auto read = fields.finish(); !read) co_return replyFailure(read.error());
  }
  const auto hashed = hashDeviceSecret(secret, call.control.parts.secretKey);
  if (!hashed) co_return replyFailure(hashed.error());
  record->secret = *hashed;
  auto changing =
      call.changeRegistry([changed = *record](RegistryStore& store) { return store.updatePrincipal(changed); });
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyOk({{"secret", secret}}) : replyFailure(done.error());
}

Answer removeCar(Call& call) {
  const auto car = call.car(api::Action::administer);
  if (!car) co_return car.error();
  auto changing =
      call.changeRegistry([number = car->number](RegistryStore& store) { return store.removePrincipal(number); });
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyNoContent() : replyFailure(done.error());
}

}  // namespace carport::handlers
