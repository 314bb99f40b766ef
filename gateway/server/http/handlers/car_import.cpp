#include "gateway/domain/car_import.h"

#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/principal_fields.h"

#include <memory>
#include <utility>

namespace carport::handlers {

namespace {

constexpr std::size_t kMaxImportCars = 100'000;
/// Of a list's mistakes so many are told at once.
constexpr std::size_t kMaxToldMistakes = 5;

Asked<std::vector<CarToImport>> readJson(const Call& call) {
  const auto json = call.json();
  if (!json) return refuse(json.error());
  api::FieldReader top(*json);
  const auto* cars = top.noOthers({"cars"}).take("cars", api::Need::required);
  if (cars != nullptr && (!cars->is_array() || cars->size() > kMaxImportCars)) {
    top.wrong("cars", fmt::format("a list of at most {} cars", kMaxImportCars));
  }
  if (const auto read = top.finish(); !read) return refuse(replyFailure(read.error()));
  std::vector<CarToImport> out;
  for (const nlohmann::json& item : *cars) {
    CarToImport car;
    car.line = out.size() + 1;
    api::Principal principal;
    api::FieldReader fields(item);
    fields.noOthers({"id", "name", "secret"}).text("secret", car.password, api::Need::optional, kMaxPasswordBytes);
    readNewPrincipal(fields, principal);
    if (const auto read = fields.finish(); !read) {
      return refuse(replyFailure(read.error().kind(), fmt::format("Car {}: {}", car.line, read.error().message())));
    }
    car.id = std::move(principal.id);
    car.name = std::move(principal.name);
    out.push_back(std::move(car));
  }
  return out;
}

/// The list, checked as every door checks it; the reply says what is wrong with which line (of JSON: which car).
Asked<CarImport> readList(const Call& call, bool isCsv) {
  const KnownCar isKnown = [&call](std::string_view id) {
    const auto record = call.registry().record(id);
    return record && record->secret.has_value();
  };
  const SecretKey& key = call.control.parts.secretKey;
  CarImport list;
  if (isCsv) {
    list = readCarImport(call.request.body(), key, isKnown);
  } else {
    const auto cars = readJson(call);
    if (!cars) return refuse(cars.error());
    list = checkCarImport(*cars, key, isKnown);
  }
  if (list.cars.size() > kMaxImportCars) {
    list.mistakes.push_back(
        {kMaxImportCars + 1, fmt::format("There are more than {} cars; import them in parts", kMaxImportCars)});
  }
  if (list.mistakes.empty()) return list;
  std::string sentence;
  for (std::size_t i = 0; i < list.mistakes.size() && i < kMaxToldMistakes; ++i) {
    const auto& [line, reason] = list.mistakes[i];
    sentence += fmt::format("{}{} {}: {}", i == 0 ? "" : ". ", isCsv ? "Line" : "Car", line, reason);
  }
  if (list.mistakes.size() > kMaxToldMistakes) sentence += ". There are more mistakes";
  return refuse(replyFailure(ErrorKind::invalid, sentence));
}

}  // namespace

Answer importCars(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const bool isCsv = call.request[http::field::content_type].starts_with("text/csv");
  auto list = readList(call, isCsv);
  if (!list) co_return list.error();
  nlohmann::json secrets = nlohmann::json::object();
  for (const MadeSecret& made : list->made) secrets[made.id] = made.secret;
  const auto records = std::make_shared<std::vector<PrincipalRecord>>(std::move(list->cars));
  const auto added = std::make_shared<std::size_t>(0);
  DurableLog::RegistryChange change = [records, added](RegistryStore& store) -> Result<void> {
    const auto stored = store.importPrincipals(*records);
    if (!stored) return failFrom(stored);
    *added = *stored;
    return {};
  };
  auto changing = call.changeRegistry(std::move(change));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyOk({{"added", *added}, {"secrets", std::move(secrets)}}) : replyFailure(done.error());
}

}  // namespace carport::handlers
