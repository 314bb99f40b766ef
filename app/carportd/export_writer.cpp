#include "app/carportd/export_writer.h"

#include "gateway/base/base_errc.h"
#include "gateway/domain/csv_reader.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ostream>
#include <set>
#include <unordered_map>
#include <vector>

namespace carport {

namespace {

Error cannotWrite() {
  return Error(BaseErrc::ioFailed, "What is exported could not be written: the disk may be full");
}

/// Says what is missing, behind what could be read.
tl::unexpected<Error> incomplete(const Error& why, std::uint64_t written, std::ostream& out) {
  out.flush();
  return fail(BaseErrc::ioFailed, fmt::format("The export is not complete; {} {} could be read and written. {}",
                                              written, written == 1 ? "sample" : "samples", why.message()));
}

void appendNumber(std::string& line, double value) {
  std::array<char, 32> text{};
  const auto [end, code] = std::to_chars(text.data(), text.data() + text.size(), value);
  line.append(text.data(), end);
}
void appendNumber(std::string& line, std::int64_t value) {
  line += std::to_string(value);
}

/// The well-known names first, the others in the alphabet's order.
bool comesBefore(const MetricNames& names, MetricId a, MetricId b) {
  const bool aKnown = a <= MetricNames::kHeadingId, bKnown = b <= MetricNames::kHeadingId;
  if (aKnown || bKnown) return aKnown && bKnown ? a < b : aKnown;
  return names.name(a) < names.name(b);
}

std::string jsonText(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string csvValue(const api::AttributeValue& value) {
  if (const bool* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  return csvField(std::get<std::string>(value));
}

std::string jsonValue(const api::AttributeValue& value) {
  if (const bool* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  return jsonText(std::get<std::string>(value));
}

/// The columns, as far as the samples that can be read have any.
std::vector<MetricId> findColumns(HistoryReader& reader, const MetricNames& names, const ExportRange& range) {
  std::set<MetricId> met;
  // What cannot be read shows when the rows are written.
  (void)reader.visitSamples(range.car, range.from, range.to,
                            [&](const SampleBatch& batch, const SampleBatch::Row& row) {
                              for (const MetricValue& value : batch.metrics(row)) met.insert(value.metric);
                              for (const NamedAttribute& attribute : batch.attributes(row)) met.insert(attribute.name);
                              return true;
                            });
  std::vector<MetricId> columns(met.begin(), met.end());
  std::sort(columns.begin(), columns.end(), [&](MetricId a, MetricId b) { return comesBefore(names, a, b); });
  return columns;
}

/// Writes rows under columns that are known beforehand.
class CsvRows {
 public:
  CsvRows(const std::vector<MetricId>& columns, const MetricNames& names, std::ostream& out)
      : m_cells(columns.size()), m_out(out) {
    m_line = "ts";
    for (std::size_t i = 0; i < columns.size(); ++i) {
      m_places.emplace(columns[i], i);
      m_line += ',' + csvField(names.name(columns[i]));
    }
    writeLine();
  }

  /// False where a sample came in between that has a field without a column.
  bool write(const SampleBatch& batch, const SampleBatch::Row& row) {
    for (std::string& cell : m_cells) cell.clear();
    for (const MetricValue& value : batch.metrics(row)) {
      std::string* cell = cellOf(value.metric);
      if (cell == nullptr) return false;
      cell->clear();
      appendNumber(*cell, value.value);
    }
    for (const NamedAttribute& attribute : batch.attributes(row)) {
      std::string* cell = cellOf(attribute.name);
      if (cell == nullptr) return false;
      *cell = csvValue(attribute.value);
    }
    appendNumber(m_line, toMs(row.time));
    for (const std::string& cell : m_cells) m_line.append(",").append(cell);
    writeLine();
    return true;
  }

 private:
  std::string* cellOf(MetricId id) {
    const auto place = m_places.find(id);
    return place == m_places.end() ? nullptr : &m_cells[place->second];
  }
  void writeLine() {
    m_line.push_back('\n');
    m_out.write(m_line.data(), static_cast<std::streamsize>(m_line.size()));
    m_line.clear();
  }

  std::unordered_map<MetricId, std::size_t> m_places;
  std::vector<std::string> m_cells;
  std::string m_line;
  std::ostream& m_out;
};

/// One sample as a JSON object.
std::string jsonLine(const SampleBatch& batch, const SampleBatch::Row& row, const MetricNames& names) {
  std::vector<std::pair<MetricId, std::string>> fields;
  for (const MetricValue& value : batch.metrics(row)) {
    std::string text;
    if (std::isfinite(value.value)) {
      appendNumber(text, value.value);
    } else {
      text = "null";  // JSON has no word for it
    }
    fields.emplace_back(value.metric, std::move(text));
  }
  for (const NamedAttribute& attribute : batch.attributes(row))
    fields.emplace_back(attribute.name, jsonValue(attribute.value));
  std::stable_sort(fields.begin(), fields.end(),
                   [&](const auto& a, const auto& b) { return comesBefore(names, a.first, b.first); });
  std::string line = "{\"ts\":";
  appendNumber(line, toMs(row.time));
  for (const auto& [id, text] : fields) line.append(",").append(jsonText(names.name(id))).append(":").append(text);
  line += "}\n";
  return line;
}

}  // namespace

Result<std::uint64_t> exportCsv(HistoryReader& reader, const MetricNames& names, const ExportRange& range,
                                std::ostream& out) {
  const auto columns = findColumns(reader, names, range);
  CsvRows rows(columns, names, out);
  std::uint64_t written = 0;
  bool fits = true;
  auto visited =
      reader.visitSamples(range.car, range.from, range.to, [&](const SampleBatch& batch, const SampleBatch::Row& row) {
        fits = rows.write(batch, row);
        if (fits) ++written;
        return fits && static_cast<bool>(out);
      });
  if (!visited) return incomplete(visited.error(), written, out);
  if (!fits) {
    return fail(BaseErrc::ioFailed,
                "The car sent a new field while its samples were exported, so that the columns no longer "
                "fit. Export again, with --to before now");
  }
  if (!out.flush()) return tl::unexpected<Error>(cannotWrite());
  return written;
}

Result<std::uint64_t> exportJsonLines(HistoryReader& reader, const MetricNames& names, const ExportRange& range,
                                      std::ostream& out) {
  std::uint64_t written = 0;
  auto visited =
      reader.visitSamples(range.car, range.from, range.to, [&](const SampleBatch& batch, const SampleBatch::Row& row) {
        const std::string line = jsonLine(batch, row, names);
        out.write(line.data(), static_cast<std::streamsize>(line.size()));
        ++written;
        return static_cast<bool>(out);
      });
  if (!visited) return incomplete(visited.error(), written, out);
  if (!out.flush()) return tl::unexpected<Error>(cannotWrite());
  return written;
}

}  // namespace carport
