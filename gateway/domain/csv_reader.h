#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// One record of a CSV file.
struct CsvRecord {
  std::size_t line = 0;  ///< on which it begins, from 1
  std::vector<std::string> fields;
  std::string mistake;  ///< a sentence where the record is not well formed; otherwise empty
};

/// Reads CSV as RFC 4180 has it: quoted fields with commas, line breaks and doubled quotes inside, LF or CRLF; a UTF-8
/// byte order mark is skipped, empty lines too. Refers to the text that it reads. One thread.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text);
  /// The next record; none at the end.
  std::optional<CsvRecord> next();

 private:
  void readField(CsvRecord& record);
  void readQuoted(CsvRecord& record);
  void skipEmptyLines();
  /// Takes a line break, if one is there.
  bool takeLineEnd();

  std::string_view m_rest;
  std::size_t m_line = 1;
};

/// A field as CSV writes it: in quotes where it needs them.
std::string csvField(std::string_view text);

}  // namespace carport
