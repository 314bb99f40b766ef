#pragma once

#include "gateway/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// A table as comma-separated values (RFC 4180) with the columns' names in the first line.
class CsvTable {
 public:
  bool hasColumn(std::string_view name) const { return columnOf(name) < m_columns.size(); }
  std::size_t size() const { return m_rows.size(); }
  /// Empty where the table has no such column.
  std::string value(std::size_t row, std::string_view column) const;
  /// The line of the text that a row begins on, from 1.
  std::size_t line(std::size_t row) const { return m_rows[row].line; }

 private:
  friend Result<CsvTable> parseCsv(std::string_view text, std::size_t maxRows);
  struct Row {
    std::size_t line = 0;
    std::vector<std::string> values;
  };
  std::size_t columnOf(std::string_view name) const;

  std::vector<std::string> m_columns;
  std::vector<Row> m_rows;
};

/// Fails with the line where a quote is not closed, a row has too many or too few values, or there are too many rows.
/// Empty lines are passed over; a byte order mark is ignored.
Result<CsvTable> parseCsv(std::string_view text, std::size_t maxRows);

}  // namespace carport
