#include "gateway/server/http/csv.h"

#include "gateway/base/base_errc.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace carport {

namespace {

/// Takes one record after the other from the text.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : m_rest(text) {
    if (m_rest.starts_with("\xEF\xBB\xBF")) m_rest.remove_prefix(3);
  }

  bool atEnd() const { return m_rest.empty(); }
  std::size_t line() const { return m_line; }

  /// None where a quote is not closed.
  std::optional<std::vector<std::string>> next() {
    std::vector<std::string> values;
    while (true) {
      auto value = takeValue();
      if (!value) return std::nullopt;
      values.push_back(std::move(*value));
      if (m_rest.starts_with(',')) {
        m_rest.remove_prefix(1);
        continue;
      }
      endLine();
      return values;
    }
  }

 private:
  std::optional<std::string> takeValue() {
    if (m_rest.starts_with('"')) return takeQuoted();
    const std::string_view value = m_rest.substr(0, m_rest.find_first_of(",\r\n"));
    m_rest.remove_prefix(value.size());
    return std::string(value);
  }

  std::optional<std::string> takeQuoted() {
    std::string value;
    m_rest.remove_prefix(1);
    while (true) {
      const std::size_t quote = m_rest.find('"');
      if (quote == std::string_view::npos) return std::nullopt;
      value += m_rest.substr(0, quote);
      m_rest.remove_prefix(quote + 1);
      if (!m_rest.starts_with('"')) break;
      value += '"';
      m_rest.remove_prefix(1);
    }
    m_line += static_cast<std::size_t>(std::count(value.begin(), value.end(), '\n'));
    const bool ended = m_rest.empty() || std::string_view(",\r\n").find(m_rest.front()) != std::string_view::npos;
    return ended ? std::optional(std::move(value)) : std::nullopt;
  }

  void endLine() {
    if (m_rest.starts_with('\r')) m_rest.remove_prefix(1);
    if (m_rest.starts_with('\n')) m_rest.remove_prefix(1);
    ++m_line;
  }

  std::string_view m_rest;
  std::size_t m_line = 1;
};

}  // namespace

std::size_t CsvTable::columnOf(std::string_view name) const {
  return static_cast<std::size_t>(std::find(m_columns.begin(), m_columns.end(), name) - m_columns.begin());
}

std::string CsvTable::value(std::size_t row, std::string_view column) const {
  const std::size_t index = columnOf(column);
  return index < m_columns.size() ? m_rows[row].values[index] : std::string();
}

Result<CsvTable> parseCsv(std::string_view text, std::size_t maxRows) {
  CsvTable table;
  CsvReader reader(text);
  while (!reader.atEnd()) {
    const std::size_t line = reader.line();
    auto values = reader.next();
    if (!values) return fail(BaseErrc::invalidArgument, fmt::format("Line {}: a quoted value does not end", line));
    if (values->size() == 1 && values->front().empty()) continue;
    if (table.m_columns.empty()) {
      table.m_columns = std::move(*values);
      continue;
    }
    if (values->size() != table.m_columns.size()) {
      return fail(BaseErrc::invalidArgument, fmt::format("Line {}: there are {} values for {} columns", line,
                                                         values->size(), table.m_columns.size()));
    }
    if (table.m_rows.size() >= maxRows) {
      return fail(BaseErrc::invalidArgument, fmt::format("There are more than {} rows; import them in parts", maxRows));
    }
    table.m_rows.push_back({line, std::move(*values)});
  }
  return table;
}

}  // namespace carport
