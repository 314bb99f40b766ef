#include "gateway/domain/car_import.h"

#include "gateway/api/organisation.h"
#include "gateway/server/http/handlers/handlers.h"

#include <memory>
#include <utility>

namespace carport::handlers {

namespace {

/// Of a list's mistakes so many are told in the sentence; the rest is in `errors`.
constexpr std::size_t kMaxToldMistakes = 5;

/// The list, checked against the registry in the caller's name.
CarImport readList(const Call& call, bool isCsv, bool isDryRun) {
  ImportContext context{call.control.parts.secretKey};
  // What the caller may not know of is to him an id that nobody has; it is then refused as one that he may not take.
  context.find = [&call](std::string_view id) {
    auto record = call.registry().record(id);
    return record && call.knowsOf(record->principal) ? record : std::nullopt;
  };
  context.organisationOf = [&call](std::string_view id) {
    const std::string prefix(id.substr(0, id.find('.')));
    return prefix.size() < id.size() && call.registry().organisation(prefix) ? prefix : std::string();
  };
  context.mayAdminister = [&call](const api::Principal& car) { return call.may(api::Action::administer, car); };
  context.organisation = call.who().organisation();
  context.isDryRun = isDryRun;
  const std::string& body = call.request.body();
  return isCsv ? readCarImport(body, context) : readCarImportJson(body, context);
}

/// Nothing was imported, and why: by line, of JSON by car.
Reply replyMistakes(const CarImport& list, bool isCsv) {
  std::string sentence;
  for (std::size_t i = 0; i < list.mistakes.size() && i < kMaxToldMistakes; ++i) {
    const auto& [line, reason] = list.mistakes[i];
    sentence += fmt::format("{}{} {}: {}", i == 0 ? "" : ". ", isCsv ? "Line" : "Car", line, reason);
  }
  if (list.refused > kMaxToldMistakes) sentence += fmt::format(". {} lines are refused altogether", list.refused);
  Reply reply = replyFailure(ErrorKind::invalid, sentence);
  for (const auto& [line, reason] : list.mistakes) {
    const std::string where = isCsv ? fmt::format("line {}", line) : fmt::format("/cars/{}", line - 1);
    reply.problem->errors.push_back({api::WrongPart::Place::body, where, reason});
  }
  return reply;
}

nlohmann::json toJson(const ImportChange& change) {
  nlohmann::json fields = nlohmann::json::object();
  for (const auto& [field, before, after] : change.fields) {
    nlohmann::json& told = fields[field] = nlohmann::json::object();
    if (field == "secret") continue;
    if (!change.isNew) told["before"] = before;
    told["after"] = after;
  }
  return {{"line", change.line},
          {"id", change.id},
          {"action", change.isNew ? "create" : "update"},
          {"fields", std::move(fields)}};
}

nlohmann::json countsOf(const CarImport& list) {
  return {{"created", list.created}, {"updated", list.updated}, {"unchanged", list.unchanged}};
}

/// What importing the list would do.
Reply replyDryRun(const CarImport& list) {
  nlohmann::json answer = countsOf(list);
  answer["dryRun"] = true;
  answer["refused"] = list.refused;
  nlohmann::json& changes = answer["changes"] = nlohmann::json::array();
  for (const ImportChange& change : list.changes) changes.push_back(toJson(change));
  nlohmann::json& mistakes = answer["mistakes"] = nlohmann::json::array();
  for (const auto& [line, reason] : list.mistakes) mistakes.push_back({{"line", line}, {"reason", reason}});
  return replyOk(answer);
}

Reply replyImported(const CarImport& list) {
  nlohmann::json secrets = nlohmann::json::object();
  for (const MadeSecret& made : list.made) secrets[made.id] = made.secret;
  nlohmann::json answer = countsOf(list);
  answer["added"] = list.taken();
  answer["secrets"] = std::move(secrets);
  return replyOk(answer);
}

}  // namespace

Answer importCars(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const auto dryRun = call.parameter("dryRun");
  if (dryRun && *dryRun != "true" && *dryRun != "false") {
    co_return replyWrongParameter("dryRun", "The parameter 'dryRun' must be true or false");
  }
  const bool isDryRun = dryRun == "true";
  const bool isCsv = call.request[http::field::content_type].starts_with("text/csv");
  CarImport list = readList(call, isCsv, isDryRun);
  if (isDryRun) co_return replyDryRun(list);
  if (list.refused > 0) co_return replyMistakes(list, isCsv);
  const auto records = std::make_shared<std::vector<PrincipalRecord>>(std::exchange(list.cars, {}));
  DurableLog::RegistryChange change = [records](RegistryStore& store) -> Result<void> {
    const auto stored = store.importPrincipals(*records);
    return stored ? Result<void>() : failFrom(stored);
  };
  auto changing = call.changeRegistry(std::move(change));
  const Result<void> done = co_await std::move(changing);
  co_return done ? replyImported(list) : replyFailure(done.error());
}

}  // namespace carport::handlers
