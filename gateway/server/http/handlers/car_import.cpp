#include "gateway/domain/credentials.h"
#include "gateway/server/http/csv.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/principal_fields.h"

#include <memory>
#include <unordered_set>

namespace carport::handlers {

namespace {

constexpr std::size_t kMaxImportCars = 100'000;

/// One line of an import; `secret` is empty where none was given.
struct ImportedCar {
  api::Principal principal;
  std::string secret;
};

Asked<std::vector<ImportedCar>> readJson(const Call& call) {
  const auto json = call.json();
  if (!json) return refuse(json.error());
  api::FieldReader top(*json);
  const auto* cars = top.noOthers({"cars"}).take("cars", api::Need::required);
  if (cars != nullptr && (!cars->is_array() || cars->size() > kMaxImportCars)) {
    top.wrong("cars", fmt::format("a list of at most {} cars", kMaxImportCars));
  }
  if (const auto read = top.finish(); !read) return refuse(replyFailure(read.error()));
  std::vector<ImportedCar> out;
  for (const nlohmann::json& item : *cars) {
    ImportedCar car;
    api::FieldReader fields(item);
    fields.noOthers({"id", "name", "secret"}).text("secret", car.secret, api::Need::optional, kMaxPasswordBytes);
    readNewPrincipal(fields, car.principal);
    if (const auto read = fields.finish(); !read) {
      return refuse(
          replyFailure(read.error().kind(), fmt::format("Car {}: {}", out.size() + 1, read.error().message())));
    }
    out.push_back(std::move(car));
  }
  return out;
}

Asked<std::vector<ImportedCar>> readCsv(const Call& call) {
  const Result<CsvTable> table = parseCsv(call.request.body(), kMaxImportCars);
  if (!table) return refuse(replyFailure(table.error()));
  if (!table->hasColumn("id")) {
    return refuse(replyFailure(ErrorKind::invalid, "The first line must name the columns: id,name,password"));
  }
  std::vector<ImportedCar> out;
  for (std::size_t row = 0; row < table->size(); ++row) {
    ImportedCar car;
    car.principal.id = table->value(row, "id");
    car.principal.name = table->value(row, "name");
    car.secret = table->value(row, table->hasColumn("secret") ? "secret" : "password");
    if (!api::isValidPrincipalId(car.principal.id) || car.principal.name.size() > api::kMaxPrincipalNameBytes) {
      return refuse(
          replyFailure(ErrorKind::invalid,
                       fmt::format("Line {}: the id must be 1 to 64 of A-Z a-z 0-9 . _ - @, the name at most {} bytes",
                                   table->line(row), api::kMaxPrincipalNameBytes)));
    }
    out.push_back(std::move(car));
  }
  return out;
}

/// What is to be stored, and the secrets that were made for it.
struct Import {
  std::vector<PrincipalRecord> records;
  nlohmann::json secrets = nlohmann::json::object();
};

Asked<Import> prepare(const Call& call, std::vector<ImportedCar> cars) {
  Import import;
  std::unordered_set<std::string> seen;
  for (ImportedCar& car : cars) {
    const std::string id = car.principal.id;
    if (!seen.insert(id).second)
      return refuse(replyFailure(ErrorKind::invalid, fmt::format("'{}' is there twice", id)));
    auto existing = call.registry().record(id);
    if (existing && existing->principal.type != api::PrincipalType::device) {
      return refuse(replyFailure(ErrorKind::conflict, fmt::format("'{}' exists and is no car", id)));
    }
    PrincipalRecord record = existing ? std::move(*existing) : PrincipalRecord{};
    record.principal.id = id;
    record.principal.name = std::move(car.principal.name);
    record.principal.type = api::PrincipalType::device;
    if (!existing) record.principal.createdAt = call.now();
    const bool made = car.secret.empty() && !record.secret;
    if (made) import.secrets[id] = car.secret = makeDeviceSecret();
    if (!car.secret.empty()) {
      const auto hashed = hashDeviceSecret(car.secret, call.control.parts.secretKey);
      if (!hashed) {
        return refuse(replyFailure(hashed.error().kind(), fmt::format("'{}': {}", id, hashed.error().message())));
      }
      record.secret = *hashed;
    }
    import.records.push_back(std::move(record));
  }
  return import;
}

}  // namespace

Answer importCars(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const bool isCsv = call.request[http::field::content_type].starts_with("text/csv");
  auto cars = isCsv ? readCsv(call) : readJson(call);
  if (!cars) co_return cars.error();
  auto import = prepare(call, std::move(*cars));
  if (!import) co_return import.error();
  const auto records = std::make_shared<std::vector<PrincipalRecord>>(std::move(import->records));
  const auto added = std::make_shared<std::size_t>(0);
  DurableLog::RegistryChange change = [records, added](RegistryStore& store) -> Result<void> {
    const auto stored = store.importPrincipals(*records);
    if (!stored) return failFrom(stored);
    *added = *stored;
    return {};
  };
  auto changing = call.changeRegistry(std::move(change));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyOk({{"added", *added}, {"secrets", import->secrets}}) : replyFailure(done.error());
}

}  // namespace carport::handlers
