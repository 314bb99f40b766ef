#pragma once

#include "gateway/base/clock.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace spdlog {
class logger;
}

namespace carport {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

/// `key=value` beside a log message. Never put a secret in one.
struct LogField {
  template <class T>
  LogField(std::string_view fieldKey, const T& fieldValue) : key(fieldKey), value(fmt::format("{}", fieldValue)) {}

  std::string_view key;
  std::string value;
};
using LogFields = std::initializer_list<LogField>;

/// One line of the log as the Gateway page shows it.
struct LogEntry {
  TimePoint time;
  LogLevel level = LogLevel::info;
  std::string component;  ///< who speaks: "mqtt", "storage", …
  std::string text;       ///< message and fields
};

/// The newest lines of the log, kept in memory for the portal. Any thread.
class RecentLog {
 public:
  static constexpr std::size_t kMaxEntries = 1000;

  void add(LogEntry entry);
  /// The newest `limit` entries, oldest first.
  std::vector<LogEntry> newest(std::size_t limit) const;

 private:
  // Guards m_entries. Every thread logs; a post would need an event loop in each of them.
  mutable std::mutex m_mutex;
  std::deque<LogEntry> m_entries;
};

/// A structured log, cheap to copy, each copy speaking for one component. Any thread.
class Log {
 public:
  /// To standard error, and to `recent` where given, from `level` on.
  static Log toStandardError(LogLevel level, std::shared_ptr<RecentLog> recent = {});
  /// To `recent` alone (nowhere where that is null); for tests and the embedded gateway.
  static Log toMemory(std::shared_ptr<RecentLog> recent = {});

  /// The same log, speaking as `component`.
  Log as(std::string_view component) const;

  void debug(std::string_view message, LogFields fields = {}) const { write(LogLevel::debug, message, fields); }
  void info(std::string_view message, LogFields fields = {}) const { write(LogLevel::info, message, fields); }
  void warning(std::string_view message, LogFields fields = {}) const { write(LogLevel::warning, message, fields); }
  void error(std::string_view message, LogFields fields = {}) const { write(LogLevel::error, message, fields); }

 private:
  Log(std::shared_ptr<spdlog::logger> logger, std::shared_ptr<RecentLog> recent);
  void write(LogLevel level, std::string_view message, LogFields fields) const;

  std::shared_ptr<spdlog::logger> m_logger;
  std::shared_ptr<RecentLog> m_recent;
  std::string m_component;
};

}  // namespace carport
