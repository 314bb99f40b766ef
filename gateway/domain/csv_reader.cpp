#include "gateway/domain/csv_reader.h"

#include <algorithm>

namespace carport {

CsvReader::CsvReader(std::string_view text) : m_rest(text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (m_rest.starts_with(kByteOrderMark)) m_rest.remove_prefix(kByteOrderMark.size());
}

bool CsvReader::takeLineEnd() {
  const std::size_t length = m_rest.starts_with("\r\n")                             ? 2
                             : m_rest.starts_with('\n') || m_rest.starts_with('\r') ? 1
                                                                                    : 0;
  m_rest.remove_prefix(length);
  if (length > 0) ++m_line;
  return length > 0;
}

void CsvReader::skipEmptyLines() {
  while (takeLineEnd()) {
  }
}

void CsvReader::readQuoted(CsvRecord& record) {
  m_rest.remove_prefix(1);
  std::string& field = record.fields.back();
  for (;;) {
    const std::size_t special = m_rest.find_first_of("\"\r\n");
    if (special == std::string_view::npos) {
      record.mistake = "A quoted field is not closed";
      m_rest = {};
      return;
    }
    field.append(m_rest.substr(0, special));
    m_rest.remove_prefix(special);
    if (m_rest.front() != '"') {
      const std::string_view before = m_rest;
      takeLineEnd();
      field.append(before.substr(0, before.size() - m_rest.size()));
    } else if (m_rest.starts_with("\"\"")) {
      field.push_back('"');
      m_rest.remove_prefix(2);
    } else {
      m_rest.remove_prefix(1);
      return;
    }
  }
}

void CsvReader::readField(CsvRecord& record) {
  record.fields.emplace_back();
  const bool quoted = m_rest.starts_with('"');
  if (quoted) readQuoted(record);
  const std::size_t end = std::min(m_rest.find_first_of(",\r\n"), m_rest.size());
  const std::string_view plain = m_rest.substr(0, end);
  if (plain.find('"') != std::string_view::npos || (quoted && !plain.empty())) {
    if (record.mistake.empty()) record.mistake = "Quotes must be around the whole field, and doubled inside it";
  }
  record.fields.back().append(plain);
  m_rest.remove_prefix(end);
}

std::optional<CsvRecord> CsvReader::next() {
  skipEmptyLines();
  if (m_rest.empty()) return std::nullopt;
  CsvRecord record;
  record.line = m_line;
  for (;;) {
    readField(record);
    if (!m_rest.starts_with(',')) break;
    m_rest.remove_prefix(1);
  }
  takeLineEnd();
  return record;
}

std::string csvField(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted.push_back('"');
    quoted.push_back(c);
  }
  quoted.push_back('"');
  return quoted;
}

}  // namespace carport
