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

}  // namespace

/// A list of cars is read or refused by line; what is taken has unique ids and secrets.
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
  const auto import = readCarImport(text, SecretKey{}, [](std::string_view id) { return id.ends_with("known"); });
  fuzz::require(import.mistakes.size() <= kMaxImportMistakes + 1, "mistakes are limited");
  for (const auto& mistake : import.mistakes) fuzz::require(!mistake.reason.empty(), "every mistake has a sentence");
  if (!import.mistakes.empty()) return 0;
  std::set<std::string> ids;
  for (const auto& car : import.cars) {
    fuzz::require(!car.principal.id.empty() && ids.insert(car.principal.id).second, "every car has an id of its own");
  }
  return 0;
}
