#include "gateway/simulator/recording.h"

#include "gateway/base/clock.h"
#include "gateway/simulator/sim_errc.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

namespace carport::sim {

namespace {
enum class ColumnKind { number, text, date, time, ignored };

struct Column {
  std::string_view name;  // in the file
  const char* key;        // in the message
  ColumnKind kind;
};

constexpr std::array kColumns{
    Column{"Date", "", ColumnKind::date},
    Column{"Time", "", ColumnKind::time},
    Column{"Soc", "soc", ColumnKind::number},
    Column{"Speed", "speed", ColumnKind::number},
    Column{"Mode", "mode", ColumnKind::text},
    Column{"LAT", "lat", ColumnKind::number},
    Column{"LON", "lon", ColumnKind::number},
    Column{"ALT", "alt", ColumnKind::number},
    Column{"GpsSpeed", "gpsSpeed", ColumnKind::number},
    Column{"Temperature", "temperature", ColumnKind::number},
    Column{"Humidity", "humidity", ColumnKind::number},
    Column{"Weather", "weather", ColumnKind::text},
    Column{"WindSpeedAv", "windSpeed", ColumnKind::number},
    Column{"Traffic", "traffic", ColumnKind::number},
    Column{"SpeedLimit", "speedLimit", ColumnKind::number},
};
constexpr Column kIgnored{"", "", ColumnKind::ignored};

std::vector<std::string_view> split(std::string_view line, char separator) {
  std::vector<std::string_view> fields;
  while (true) {
    const std::size_t end = line.find(separator);
    fields.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return fields;
    line.remove_prefix(end + 1);
  }
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

std::optional<unsigned> wholeNumber(std::string_view text, std::size_t mostDigits) {
  unsigned value = 0;
  if (text.empty() || text.size() > mostDigits) return std::nullopt;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Month/day/year.
std::optional<std::chrono::sys_days> parseDate(std::string_view text) {
  const auto parts = split(text, '/');
  if (parts.size() != 3) return std::nullopt;
  const auto month = wholeNumber(parts[0], 2);
  const auto day = wholeNumber(parts[1], 2);
  const auto year = wholeNumber(parts[2], 4);
  if (!month || !day || !year || *year < 1970) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month),
                                         std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

/// Hours:minutes:seconds.
std::optional<std::chrono::seconds> parseTime(std::string_view text) {
  const auto parts = split(text, ':');
  if (parts.size() != 3) return std::nullopt;
  const auto hours = wholeNumber(parts[0], 2);
  const auto minutes = wholeNumber(parts[1], 2);
  const auto seconds = wholeNumber(parts[2], 2);
  if (!hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds > 59) return std::nullopt;
  return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) + std::chrono::seconds(*seconds);
}

/// True where the text is a number as JSON writes one (RFC 8259 §6, without exponents), so that it can be sent as it
/// is.
bool isJsonNumber(std::string_view text) {
  const auto digits = [](std::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (!digits(whole) || (whole.size() > 1 && whole.front() == '0')) return false;
  return point == std::string_view::npos || digits(text.substr(point + 1));
}

/// True where the text can stand between quotes as it is.
bool isPlainText(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

/// A line as it was read.
struct ReadLine {
  std::optional<std::chrono::sys_days> date;  // none: impossible in the file
  std::chrono::seconds time{};
  std::string values;
};

/// Reads lines with what the header said about them.
class RowReader {
 public:
  /// Why the header cannot be used; empty where it can.
  std::string takeHeader(std::string_view line) {
    if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    for (const std::string_view name : split(line, ',')) {
      const auto known = std::find_if(kColumns.begin(), kColumns.end(),
                                      [&](const Column& column) { return column.name == trimmed(name); });
      m_columns.push_back(known == kColumns.end() ? kIgnored : *known);
    }
    for (const ColumnKind needed : {ColumnKind::date, ColumnKind::time}) {
      if (std::none_of(m_columns.begin(), m_columns.end(), [&](const Column& c) { return c.kind == needed; })) {
        return "the first line must name the columns Date and Time";
      }
    }
    return {};
  }

  /// The row, or into `problem` why there is none.
  std::optional<ReadLine> takeLine(std::string_view line, std::string& problem) const {
    const auto fields = split(line, ',');
    if (fields.size() != m_columns.size()) {
      problem = fmt::format("{} fields instead of {}", fields.size(), m_columns.size());
      return std::nullopt;
    }
    ReadLine read;
    std::optional<std::chrono::seconds> time;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const std::string_view field = trimmed(fields[i]);
      const Column& column = m_columns[i];
      if (column.kind == ColumnKind::date) read.date = parseDate(field);
      if (column.kind == ColumnKind::time) time = parseTime(field);
      if (field.empty() || appendValue(column, field, read.values)) continue;
      problem = fmt::format("{} is “{}”", column.name, field);
      return std::nullopt;
    }
    if (!time) {
      problem = "the time cannot be read; expected hours:minutes:seconds";
      return std::nullopt;
    }
    read.time = *time;
    return read;
  }

 private:
  static bool appendValue(const Column& column, std::string_view field, std::string& values) {
    if (column.kind == ColumnKind::number) {
      if (!isJsonNumber(field)) return false;
      fmt::format_to(std::back_inserter(values), ",\"{}\":{}", column.key, field);
    } else if (column.kind == ColumnKind::text) {
      if (!isPlainText(field)) return false;
      fmt::format_to(std::back_inserter(values), ",\"{}\":\"{}\"", column.key, field);
    }
    return true;
  }

  std::vector<Column> m_columns;
};
}  // namespace

Result<Recording> Recording::read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    return fail(
        SimErrc::fileFailed,
        fmt::format("The recording {} cannot be opened. Check its name and that it may be read", file.string()));
  }
  return read(in, file.stem().string());
}

namespace {
/// Turns lines into rows. A receiver that has lost the sky invents dates while its clock runs on: such a line takes the
/// date of the line before it, or the next day's where the clock has passed midnight.
void addRows(const std::vector<ReadLine>& lines, Recording& recording) {
  const auto first =
      std::find_if(lines.begin(), lines.end(), [](const ReadLine& line) { return line.date.has_value(); });
  if (first == lines.end()) return;
  std::chrono::sys_days date = *first->date;
  std::chrono::seconds time = lines.front().time;
  for (const ReadLine& line : lines) {
    if (line.date) {
      date = *line.date;
    } else {
      ++recording.repairedDates;
      if (line.time + std::chrono::hours(12) < time) date += std::chrono::days(1);
    }
    time = line.time;
    const std::int64_t ts = toMs(TimePoint(date + time));
    recording.rows.push_back({ts, fmt::format("{{\"ts\":{}{}}}", ts, line.values)});
  }
}

void addBroken(Recording& recording, std::size_t number, const std::string& problem) {
  ++recording.brokenLines;
  if (recording.brokenReasons.size() >= Recording::kMaxNamedBrokenLines) return;
  recording.brokenReasons.push_back(fmt::format("line {}: {}", number, problem));
}
}  // namespace

Result<Recording> Recording::read(std::istream& in, std::string_view name) {
  Recording recording;
  recording.name = name;
  RowReader reader;
  std::vector<ReadLine> lines;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    std::string problem;
    if (number == 1) {
      problem = reader.takeHeader(line);
      if (!problem.empty()) return fail(SimErrc::badRecording, fmt::format("{} is not a recording: {}", name, problem));
      continue;
    }
    if (trimmed(line).empty()) continue;
    if (lines.size() >= kMaxRows) {
      return fail(SimErrc::badRecording, fmt::format("{} has more than {} rows. Split it", name, kMaxRows));
    }
    if (line.size() > kMaxLineBytes) {
      addBroken(recording, number, fmt::format("longer than {} bytes", kMaxLineBytes));
    } else if (auto read = reader.takeLine(line, problem)) {
      lines.push_back(std::move(*read));
    } else {
      addBroken(recording, number, problem);
    }
  }
  addRows(lines, recording);
  if (recording.rows.empty()) {
    return fail(SimErrc::badRecording, fmt::format("{} has no row that can be replayed", name));
  }
  return recording;
}

}  // namespace carport::sim
