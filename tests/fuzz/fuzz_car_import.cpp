#include "gateway/domain/car_import.h"
#include "gateway/domain/csv_reader.h"
#include "tests/fuzz/fuzz_input.h"

#include <set>
#include <string>

using namespace carport;

namespace {

/// A record that is well formed comes back when it is written and read again.
void checkRecord(const CsvRecord& record) {
  if (!record.mistake.empty() || record.fields.empty()) return;
  std::string text = "header\n";
  for (std::size_t i = 0; i < record.fields.size(); ++i) text += (i == 0 ? "" : ",") + csvField(record.fields[i]);
  CsvReader reader(text);
  static_cast<void>(reader.next());
  const auto back = reader.next();
  if (record.fields.size() == 1 && record.fields[0].empty()) return;  // an empty line is no record
  fuzz::require(back && back->mistake.empty() && back->fields == record.fields, "fields come back");
}

/// What is wrong is told within the limits; what is taken has ids and secrets of its own.
void checkList(const CarImport& list) {
  fuzz::require(list.mistakes.size() <= kMaxImportMistakes && list.changes.size() <= kMaxImportChanges, "limits");
  fuzz::require((list.refused > 0) == !list.mistakes.empty(), "who is refused is told why");
  fuzz::require(list.cars.size() == list.created + list.updated, "what changes is counted");
  for (const auto& mistake : list.mistakes) fuzz::require(!mistake.reason.empty(), "every mistake has a sentence");
  std::set<std::string> ids;
  for (const auto& car : list.cars) {
    fuzz::require(!car.principal.id.empty() && ids.insert(car.principal.id).second, "every car has an id of its own");
    fuzz::require(car.secret || car.principal.number, "a new car has a secret");
  }
}

/// As if some cars and one group were there.
std::optional<PrincipalRecord> find(std::string_view id) {
  PrincipalRecord record;
  record.principal.id = id;
  record.principal.type = id == "north" ? api::PrincipalType::group : api::PrincipalType::device;
  record.principal.number = PrincipalNumber{7};
  record.secret.emplace();
  return id == "north" || id.ends_with("known") ? std::optional(record) : std::nullopt;
}

}  // namespace

/// A list of cars is read or refused by line, as CSV and as JSON.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool ready = initCryptography().has_value();
  fuzz::require(ready, "cryptography is ready");
  const auto text = fuzz::asText(data, size);
  std::size_t records = 0;
  CsvReader reader(text);
  for (auto record = reader.next(); record; record = reader.next()) {
    fuzz::require(++records <= size + 1, "every record takes some text");
    checkRecord(*record);
  }
  static const SecretKey key{};
  ImportContext context{key};
  context.find = find;
  checkList(readCarImport(text, context));
  checkList(readCarImportJson(text, context));
  context.organisation = "acme";
  const auto inside = readCarImport(text, context);
  checkList(inside);
  for (const auto& car : inside.cars) fuzz::require(car.principal.id.starts_with("acme."), "nobody reaches out");
  return 0;
}
