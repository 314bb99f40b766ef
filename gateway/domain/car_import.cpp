#include "gateway/domain/car_import.h"

#include "gateway/domain/csv_reader.h"
#include "gateway/domain/utf8.h"

#include <fmt/format.h>

#include <optional>
#include <unordered_map>

namespace carport {

namespace {

/// A longer id is left out of the sentence about it.
constexpr std::size_t kMaxShownIdBytes = 200;

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
      if (!goesOn(record->line)) break;
      readRecord(*record);
    }
    return std::move(m_import);
  }

  CarImport check(std::span<const CarToImport> cars) {
    for (const CarToImport& car : cars) {
      if (!goesOn(car.line)) break;
      readCar(car);
    }
    return std::move(m_import);
  }

 private:
  void mistake(std::size_t line, std::string reason) { m_import.mistakes.push_back({line, std::move(reason)}); }

  /// False where there is too much of anything to read on.
  bool goesOn(std::size_t line) {
    if (m_lines.size() >= kMaxImportRows) {
      mistake(line, fmt::format("The list has more than {} cars. Import it in parts", kMaxImportRows));
      return false;
    }
    if (m_import.mistakes.size() < kMaxImportMistakes) return true;
    m_import.mistakes.push_back({line, "There are too many mistakes; the lines from here on were not read"});
    return false;
  }

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
    const auto field = [&record](const std::optional<std::size_t>& column) {
      return column ? record.fields[*column] : std::string();
    };
    readCar({record.line, field(m_columns.id), field(m_columns.name), field(m_columns.password)});
  }

  void readCar(const CarToImport& car) {
    if (!api::isValidPrincipalId(car.id)) {
      return mistake(car.line, fmt::format("“{}” cannot be an id. Use 1 to {} of A–Z a–z 0–9 . _ - @, not beginning "
                                           "with a dot",
                                           isUtf8(car.id) && car.id.size() <= kMaxShownIdBytes ? car.id : "…",
                                           api::kMaxPrincipalIdBytes));
    }
    if (!isUtf8(car.name)) return mistake(car.line, "The name is not in UTF-8");
    if (car.name.size() > api::kMaxPrincipalNameBytes) {
      return mistake(car.line, fmt::format("The name is longer than {} bytes", api::kMaxPrincipalNameBytes));
    }
    if (const auto [first, fresh] = m_lines.try_emplace(car.id, car.line); !fresh) {
      return mistake(car.line, fmt::format("The id “{}” is on line {} already", car.id, first->second));
    }
    addCar(car);
  }

  void addCar(const CarToImport& wanted) {
    PrincipalRecord car;
    car.principal.id = wanted.id;
    car.principal.name = wanted.name;
    car.principal.type = api::PrincipalType::device;
    std::string password = wanted.password;
    const bool keepsSecret = password.empty() && m_isKnown && m_isKnown(wanted.id);
    if (password.empty() && !keepsSecret) {
      password = makeDeviceSecret();
      m_import.made.push_back({wanted.id, password});
    }
    if (!keepsSecret) {
      auto secret = hashDeviceSecret(password, m_key);
      if (!secret) return mistake(wanted.line, secret.error().message());
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

CarImport checkCarImport(std::span<const CarToImport> cars, const SecretKey& key, const KnownCar& isKnown) {
  return ImportReader(key, isKnown).check(cars);
}

}  // namespace carport
