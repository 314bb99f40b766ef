#include "app/carportd/time_text.h"

#include <charconv>
#include <cstddef>
#include <cstdint>

namespace carport {

namespace {

/// Reads a text from its front.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : m_rest(text) {}

  /// Exactly `digits` digits.
  std::optional<int> number(std::size_t digits) {
    if (m_rest.size() < digits) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (m_rest[i] < '0' || m_rest[i] > '9') return std::nullopt;
      value = value * 10 + (m_rest[i] - '0');
    }
    m_rest.remove_prefix(digits);
    return value;
  }
  bool take(char c) {
    if (!m_rest.starts_with(c)) return false;
    m_rest.remove_prefix(1);
    return true;
  }
  bool atEnd() const { return m_rest.empty(); }
  /// A fraction's digits as milliseconds; what is finer is cut off.
  std::optional<int> milliseconds() {
    int value = 0;
    int scale = 100;
    std::size_t count = 0;
    for (; count < m_rest.size() && m_rest[count] >= '0' && m_rest[count] <= '9'; ++count, scale /= 10) {
      value += (m_rest[count] - '0') * scale;
    }
    m_rest.remove_prefix(count);
    return count > 0 ? std::optional(value) : std::nullopt;
  }

 private:
  std::string_view m_rest;
};

std::optional<Milliseconds> scanTime(Scanner& scan) {
  const auto hour = scan.number(2);
  if (!hour || !scan.take(':')) return std::nullopt;
  const auto minute = scan.number(2);
  std::optional<int> second = 0;
  std::optional<int> millisecond = 0;
  if (scan.take(':')) {
    second = scan.number(2);
    if (scan.take('.')) millisecond = scan.milliseconds();
  }
  if (!minute || !second || !millisecond || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second) +
         Milliseconds(*millisecond);
}

std::optional<std::chrono::minutes> scanZone(Scanner& scan) {
  if (scan.atEnd() || scan.take('Z')) return std::chrono::minutes(0);
  const bool east = scan.take('+');
  if (!east && !scan.take('-')) return std::nullopt;
  const auto hour = scan.number(2);
  scan.take(':');
  const auto minute = scan.number(2);
  if (!hour || !minute || *hour > 14 || *minute > 59) return std::nullopt;
  const std::chrono::minutes offset = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  return east ? offset : -offset;
}

}  // namespace

std::optional<TimePoint> parseTimeText(std::string_view text) {
  std::int64_t ms = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), ms);
  if (!text.empty() && code == std::errc() && end == text.data() + text.size()) return fromMs(ms);

  Scanner scan(text);
  const auto year = scan.number(4);
  if (!year || !scan.take('-')) return std::nullopt;
  const auto month = scan.number(2);
  if (!month || !scan.take('-')) return std::nullopt;
  const auto day = scan.number(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  TimePoint moment{std::chrono::sys_days(date)};
  if (!scan.atEnd()) {
    if (!scan.take('T') && !scan.take(' ')) return std::nullopt;
    const auto time = scanTime(scan);
    const auto zone = time ? scanZone(scan) : std::nullopt;
    if (!zone) return std::nullopt;
    moment += *time - *zone;
  }
  return scan.atEnd() ? std::optional(moment) : std::nullopt;
}

}  // namespace carport
