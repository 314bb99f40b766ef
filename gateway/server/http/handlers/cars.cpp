#include "gateway/domain/credentials.h"
#include "gateway/domain/live_states.h"
#include "gateway/server/control/view_filter.h"
#include "gateway/server/http/entity_tag.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/list_filters.h"
#include "gateway/server/http/handlers/principal_fields.h"
#include "gateway/server/http/page.h"
#include "gateway/server/http/unless_changed.h"

#include <memory>

namespace carport::handlers {

namespace {

/// The portal takes a fleet in one go: a page that is cut in three costs three runs over all of it.
constexpr PageSize kCarPage{1'000, 50'000};

struct CarFilter {
  PrincipalFilter principal;
  std::optional<api::Activity> activity;
  std::optional<bool> connected;

  bool accepts(const api::CarState* state) const {
    if (connected && (state != nullptr && state->position.connected) != *connected) return false;
    return !activity || (state != nullptr ? state->position.activity : api::Activity::unknown) == *activity;
  }
};

Asked<CarFilter> readCarFilter(const Call& call) {
  auto principal = readPrincipalFilter(call);
  if (!principal) return refuse(principal.error());
  const auto activity = readWord<api::Activity>(call, "state", "unknown, driving, idling, parked, silent or alarm");
  if (!activity) return refuse(activity.error());
  const auto connected = readBoolean(call, "connected");
  if (!connected) return refuse(connected.error());
  return CarFilter{std::move(*principal), *activity, *connected};
}

}  // namespace

Answer listCars(Call& call) {
  const auto page = readPage(call, 1, kCarPage);
  if (!page) co_return page.error();
  const auto wanted = readCarFilter(call);
  if (!wanted) co_return wanted.error();
  const std::int64_t after = page->number(0).value_or(0);
  ViewFilter filter(call.registry(), call.control.parts.clock, call.who());
  nlohmann::json cars = nlohmann::json::array();
  std::optional<std::vector<std::string>> last;
  PrincipalNumber newest;
  for (api::Principal& principal : call.registry().all(api::PrincipalType::device)) {
    if (principal.number.value <= after || !wanted->principal.accepts(principal)) continue;
    const api::CarState* state = call.control.states.find(principal.number);
    if (!wanted->accepts(state) || !filter.mayView(principal.number)) continue;
    if (cars.size() == page->limit) {
      last = {std::to_string(newest.value)};
      break;
    }
    newest = principal.number;
    api::Car car;
    if (state != nullptr) car.position = state->position;
    car.principal = std::move(principal);
    cars.push_back(call.tell(std::move(car)));
  }
  co_return replyPage(call, "cars", std::move(cars), last);
}

Answer addCar(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const auto json = call.json();
  if (!json) co_return json.error();
  std::string secret = makeDeviceSecret();
  PrincipalRecord record;
  api::FieldReader fields(*json);
  fields.noOthers({"id", "name", "secret", "attributes"})
      .text("secret", secret, api::Need::optional, kMaxPasswordBytes);
  readNewPrincipal(fields, record.principal);
  readAttributes(fields, record.principal);
  if (const auto read = fields.finish(); !read) co_return replyFailure(read.error());
  if (const auto placed = placeNew(call, record.principal); !placed) co_return placed.error();
  auto adding = addCarWith(call, std::move(record), std::move(secret));
  Reply reply = co_await std::move(adding);
  co_return reply;
}

Answer getCar(Call& call) {
  auto principal = call.car(api::Action::view);
  if (!principal) co_return principal.error();
  const nlohmann::json thing = call.tell(*principal);
  api::Car car{std::move(*principal), std::nullopt, std::nullopt};
  if (const api::CarState* state = call.control.states.find(car.principal.number)) car.state = *state;
  co_return replyThing(thing, call.tell(std::move(car)));
}

Answer changeCar(Call& call) {
  const auto car = call.car(api::Action::administer);
  if (!car) co_return car.error();
  auto record = call.record(car->id);
  if (!record) co_return record.error();
  if (const auto same = demandRevision(call, call.tell(record->principal)); !same) co_return same.error();
  const auto json = call.json();
  if (!json) co_return json.error();
  api::FieldReader fields(*json);
  fields.noOthers({"name", "blocked", "groups", "attributes"});
  readPrincipalChanges(fields, call.registry(), record->principal);
  readAttributes(fields, record->principal);
  if (const auto read = fields.finish(); !read) co_return replyFailure(read.error());
  DurableLog::RegistryChange change = [changed = *record](RegistryStore& store) {
    return store.updatePrincipal(changed);
  };
  auto changing = call.changeRegistry(unlessChanged(call.registry().sequence(), car->number, std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyThing(call.tell(record->principal)) : replyFailure(done.error());
}

Answer renewCarSecret(Call& call) {
  const auto car = call.car(api::Action::administer);
  if (!car) co_return car.error();
  auto record = call.record(car->id);
  if (!record) co_return record.error();
  std::string secret = makeDeviceSecret();
  std::uint32_t overlapSeconds = 0;
  if (!call.request.body().empty()) {
    const auto json = call.json();
    if (!json) co_return json.error();
    api::FieldReader fields(*json);
    fields.noOthers({"secret", "overlapSeconds"})
        .text("secret", secret, api::Need::optional, kMaxPasswordBytes)
        .integer("overlapSeconds", overlapSeconds, api::Need::optional);
    if (overlapSeconds > kMaxSecretOverlap.count()) {
      fields.wrong("overlapSeconds", fmt::format("a whole number from 0 to {}", kMaxSecretOverlap.count()));
    }
    if (const auto read = fields.finish(); !read) co_return replyFailure(read.error());
  }
  const auto hashed = hashDeviceSecret(secret, call.control.parts.secretKey);
  if (!hashed) co_return replyFailure(hashed.error());
  replaceSecret(*record, *hashed, call.now(), std::chrono::seconds(overlapSeconds));
  DurableLog::RegistryChange change = [changed = *record](RegistryStore& store) {
    return store.updatePrincipal(changed);
  };
  auto changing = call.changeRegistry(unlessChanged(call.registry().sequence(), car->number, std::move(change)));
  const Result<void> done = co_await std::move(changing);
  if (!done) co_return replyFailure(done.error());
  nlohmann::json answer{{"secret", secret}};
  if (record->retiring) answer["oldSecretUntil"] = toMs(record->retiring->until);
  co_return replyOk(answer);
}

Answer removeCar(Call& call) {
  const auto car = call.car(api::Action::administer);
  if (!car) co_return car.error();
  if (const auto same = demandRevision(call, call.tell(*car)); !same) co_return same.error();
  DurableLog::RegistryChange change = [number = car->number](RegistryStore& store) {
    return store.removePrincipal(number);
  };
  auto changing = call.changeRegistry(unlessChanged(call.registry().sequence(), car->number, std::move(change)));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyNoContent() : replyFailure(done.error());
}

}  // namespace carport::handlers
