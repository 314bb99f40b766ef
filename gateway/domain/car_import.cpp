#include "gateway/domain/car_import.h"

#include "gateway/domain/csv_reader.h"
#include "gateway/domain/utf8.h"

#include <fmt/format.h>

#include <optional>
#include <unordered_map>

namespace carport {

namespace {

/// Where the columns are; none where the list has no such column.
struct Columns {
  std::size_t count = 0;
  std::optional<std::size_t> id, name, password;
};

class ImportReader {
 public:
  ImportReader(const SecretKey& key, const KnownCar& isKnown) : m_key(key), m_isKnown(isKnown) {}

  CarImport read(std::string_view csv) {
    if (csv.size() > kMaxImportBytes) {
      mistake(1, fmt::format("The list is larger than {} MiB. Import it in parts", kMaxImportBytes / (1024 * 1024)));
      return std::move(m_import);
    }
    CsvReader reader(csv);
    const auto header = reader.next();
    if (!header) mistake(1, "The list is empty. Its first line must be id,name,password");
    if (!header || !readHeader(*header)) return std::move(m_import);
    while (const auto record = reader.next()) {
      if (m_lines.size() >= kMaxImportRows) {
        mistake(record->line, fmt::format("The list has more than {} cars. Import it in parts", kMaxImportRows));
        break;
      }
      if (m_import.mistakes.size() >= kMaxImportMistakes) {
        m_import.mistakes.push_back(
            {record->line, "There are too many mistakes; the lines from here on were not read"});
        break;
      }
      readRecord(*record);
    }
    return std::move(m_import);
  }

 private:
  void mistake(std::size_t line, std::string reason) { m_import.mistakes.push_back({line, std::move(reason)}); }

  bool readHeader(const CsvRecord& header) {
    m_columns.count = header.fields.size();
    for (std::size_t i = 0; i < header.fields.size(); ++i) {
      const std::string& title = header.fields[i];
      auto* column = title == "id"         ? &m_columns.id
                     : title == "name"     ? &m_columns.name
                     : title == "password" ? &m_columns.password
                                           : nullptr;
      if (column == nullptr || column->has_value()) {
        mistake(header.line, fmt::format("The column “{}” is {}. The columns are id, name and password", title,
                                         column == nullptr ? "unknown" : "there twice"));
        return false;
      }
      *column = i;
    }
    if (!m_columns.id) mistake(header.line, "There is no column “id”. The first line must be id,name,password");
    return m_columns.id.has_value();
  }

  void readRecord(const CsvRecord& record) {
    if (!record.mistake.empty()) return mistake(record.line, record.mistake);
    if (record.fields.size() != m_columns.count) {
      return mistake(record.line, fmt::format("There are {} fields where the first line has {}", record.fields.size(),
                                              m_columns.count));
    }
    const std::string& id = record.fields[*m_columns.id];
    const std::string name = m_columns.name ? record.fields[*m_columns.name] : std::string();
    const std::string password = m_columns.password ? record.fields[*m_columns.password] : std::string();
    if (!api::isValidPrincipalId(id)) {
      return mistake(record.line, fmt::format("“{}” cannot be an id. Use 1 to {} of A–Z a–z 0–9 . _ - @, not beginning "
                                              "with a dot",
                                              isUtf8(id) ? id : "…", api::kMaxPrincipalIdBytes));
    }
    if (!isUtf8(name)) return mistake(record.line, "The name is not in UTF-8");
    if (name.size() > api::kMaxPrincipalNameBytes) {
      return mistake(record.line, fmt::format("The name is longer than {} bytes", api::kMaxPrincipalNameBytes));
    }
    if (const auto [first, fresh] = m_lines.try_emplace(id, record.line); !fresh) {
      return mistake(record.line, fmt::format("The id “{}” is on line {} already", id, first->second));
    }
    addCar(record.line, id, name, password);
  }

  void addCar(std::size_t line, const std::string& id, const std::string& name, std::string password) {
    PrincipalRecord car;
    car.principal.id = id;
    car.principal.name = name;
    car.principal.type = api::PrincipalType::device;
    const bool keepsSecret = password.empty() && m_isKnown && m_isKnown(id);
    if (password.empty() && !keepsSecret) {
      password = makeDeviceSecret();
      m_import.made.push_back({id, password});
    }
    if (!keepsSecret) {
      auto secret = hashDeviceSecret(password, m_key);
      if (!secret) return mistake(line, secret.error().message());
      car.secret = *secret;
    }
    m_import.cars.push_back(std::move(car));
  }

  const SecretKey& m_key;
  const KnownCar& m_isKnown;
  Columns m_columns;
  std::unordered_map<std::string, std::size_t> m_lines;  // of the ids met so far
  CarImport m_import;
};

}  // namespace

CarImport readCarImport(std::string_view csv, const SecretKey& key, const KnownCar& isKnown) {
  return ImportReader(key, isKnown).read(csv);
}

}  // namespace carport
