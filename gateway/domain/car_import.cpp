#include "gateway/domain/car_import.h"

#include "gateway/domain/csv_reader.h"
#include "gateway/domain/import_planner.h"

#include <fmt/format.h>

#include <optional>

namespace carport {

namespace {

/// Where the columns are; none where the list has no such column.
struct Columns {
  std::size_t count = 0;
  std::optional<std::size_t> id, name, secret, groups, attributes;

  std::optional<std::size_t>* of(std::string_view title) {
    if (title == "id") return &id;
    if (title == "name") return &name;
    if (title == "password" || title == "secret") return &secret;
    if (title == "groups") return &groups;
    return title == "attributes" ? &attributes : nullptr;
  }
};

/// The parts of a field between semicolons, blanks around them left out; empty ones too.
std::vector<std::string> partsOf(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    std::string_view part = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
  }
  return parts;
}

class CsvList {
 public:
  explicit CsvList(const ImportContext& context) : m_planner(context) {}

  CarImport read(std::string_view csv) {
    if (csv.size() > kMaxImportBytes) {
      m_planner.refuse(
          1, fmt::format("The list is larger than {} MiB. Import it in parts", kMaxImportBytes / (1024 * 1024)));
      return m_planner.finish();
    }
    CsvReader reader(csv);
    const auto header = reader.next();
    if (!header) m_planner.refuse(1, "The list is empty. Its first line must be id,name,password");
    if (!header || !readHeader(*header)) return m_planner.finish();
    while (const auto record = reader.next()) {
      if (!m_planner.goesOn(record->line)) break;
      readRecord(*record);
    }
    return m_planner.finish();
  }

 private:
  bool readHeader(const CsvRecord& header) {
    m_columns.count = header.fields.size();
    for (std::size_t i = 0; i < header.fields.size(); ++i) {
      const std::string& title = header.fields[i];
      auto* column = m_columns.of(title);
      if (column == nullptr || column->has_value()) {
        m_planner.refuse(
            header.line,
            fmt::format("The column “{}” is {}. The columns are id, name, password (or secret), groups and "
                        "attributes",
                        title, column == nullptr ? "unknown" : "there twice"));
        return false;
      }
      *column = i;
    }
    if (!m_columns.id) {
      m_planner.refuse(header.line, "There is no column “id”. The first line must be id,name,password");
    }
    return m_columns.id.has_value();
  }

  void readRecord(const CsvRecord& record) {
    if (!record.mistake.empty()) return m_planner.refuse(record.line, record.mistake);
    if (record.fields.size() != m_columns.count) {
      return m_planner.refuse(record.line, fmt::format("There are {} fields where the first line has {}",
                                                       record.fields.size(), m_columns.count));
    }
    const auto field = [&record](const std::optional<std::size_t>& column) {
      return column ? record.fields[*column] : std::string();
    };
    CarToImport car{record.line, field(m_columns.id), field(m_columns.name), field(m_columns.secret), {}, {}};
    if (const auto groups = field(m_columns.groups); !groups.empty()) car.groups = partsOf(groups);
    if (const auto attributes = partsOf(field(m_columns.attributes)); !attributes.empty()) {
      car.attributes.emplace();
      for (const std::string& part : attributes) {
        const std::size_t equals = part.find('=');
        if (equals == std::string::npos) {
          return m_planner.refuse(record.line, "The attributes are not NAME=TEXT, with semicolons between them");
        }
        car.attributes->emplace_back(part.substr(0, equals), part.substr(equals + 1));
      }
    }
    m_planner.add(car);
  }

  ImportPlanner m_planner;
  Columns m_columns;
};

}  // namespace

CarImport readCarImport(std::string_view csv, const ImportContext& context) {
  return CsvList(context).read(csv);
}

}  // namespace carport
