#include "gateway/protocol/payload/plain_object_scanner.h"

namespace carport::payload {

namespace {

/// Up to here every integer is a double, and so is every power of ten up to 10^22: their quotient is rounded once, as
/// the nearest double demands (Clinger 1990).
constexpr std::uint64_t kMaxExactMantissa = std::uint64_t{1} << 53;
constexpr std::array kPowersOfTen{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr std::size_t kMaxDigits = 19;  // fit into 64 bits

bool isDigit(char c) {
  return c >= '0' && c <= '9';
}

/// Which bytes may stand inside a quoted text as they are.
constexpr auto kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c < 0x80; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

}  // namespace

void PlainObjectScanner::skipBlanks() {
  while (m_at != m_end && (*m_at == ' ' || *m_at == '\n' || *m_at == '\r' || *m_at == '\t')) ++m_at;
}

bool PlainObjectScanner::take(char wanted) {
  if (m_at == m_end || *m_at != wanted) return false;
  ++m_at;
  return true;
}

bool PlainObjectScanner::takeWord(std::string_view word) {
  if (static_cast<std::size_t>(m_end - m_at) < word.size() || std::string_view(m_at, word.size()) != word) return false;
  m_at += word.size();
  return true;
}

bool PlainObjectScanner::takeText(std::string_view& text) {
  if (!take('"')) return false;
  const char* begin = m_at;
  while (m_at != m_end && kPlain[static_cast<unsigned char>(*m_at)]) ++m_at;
  text = std::string_view(begin, static_cast<std::size_t>(m_at - begin));
  return take('"');
}

bool PlainObjectScanner::takeNumber(double& number) {
  const bool isNegative = take('-');
  std::uint64_t mantissa = 0;
  const char* begin = m_at;
  while (m_at != m_end && isDigit(*m_at)) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*m_at++ - '0');
  const auto wholeDigits = static_cast<std::size_t>(m_at - begin);
  if (wholeDigits == 0 || (wholeDigits > 1 && *begin == '0')) return false;
  std::size_t decimals = 0;
  if (take('.')) {
    begin = m_at;
    while (m_at != m_end && isDigit(*m_at)) mantissa = mantissa * 10 + static_cast<std::uint64_t>(*m_at++ - '0');
    decimals = static_cast<std::size_t>(m_at - begin);
    if (decimals == 0) return false;
  }
  if (wholeDigits + decimals > kMaxDigits || mantissa > kMaxExactMantissa) return false;
  number = static_cast<double>(mantissa);
  if (decimals > 0) number /= kPowersOfTen[decimals];
  if (isNegative) number = -number;
  return true;
}

bool PlainObjectScanner::takeValue(Field& field) {
  if (m_at == m_end) return false;
  switch (*m_at) {
    case '"':
      field.kind = Kind::text;
      return takeText(field.text);
    case 't':
      field.kind = Kind::boolean;
      field.boolean = true;
      return takeWord("true");
    case 'f':
      field.kind = Kind::boolean;
      field.boolean = false;
      return takeWord("false");
    default:
      field.kind = Kind::number;
      return takeNumber(field.number);
  }
}

bool PlainObjectScanner::scan(std::string_view payload) {
  m_at = payload.data();
  m_end = m_at + payload.size();
  m_count = 0;
  skipBlanks();
  if (!take('{')) return false;
  do {
    if (m_count == kMaxFields) return false;
    Field& field = m_fields[m_count];
    skipBlanks();
    if (!takeText(field.name)) return false;
    skipBlanks();
    if (!take(':')) return false;
    skipBlanks();
    if (!takeValue(field)) return false;
    ++m_count;
    skipBlanks();
  } while (take(','));
  if (!take('}')) return false;
  skipBlanks();
  return m_at == m_end;
}

}  // namespace carport::payload
