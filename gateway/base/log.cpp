#include "gateway/base/log.h"

#include "gateway/base/utf8_prefix.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>

namespace carport {

namespace {

/// Longest log message; the rest is cut, because some of what is logged comes from outside.
constexpr std::size_t kMaxTextBytes = 2000;

spdlog::level::level_enum toSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

/// A control character would let whoever sent it write log lines of its own.
void appendVisible(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte < 0x20 || byte == 0x7f) {
    out += fmt::format("\\x{:02x}", byte);
  } else {
    out += c;
  }
}

/// Keeps a value from outside on one line and readable: control characters and quotes are escaped.
void appendQuoted(std::string& out, std::string_view value) {
  out += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    appendVisible(out, c);
  }
  out += '"';
}

bool isPlain(std::string_view value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7f && c != '"' && c != '\\' && c != '=';
  });
}

std::string compose(std::string_view message, LogFields fields) {
  std::string text;
  text.reserve(message.size());
  for (const char c : message.substr(0, kMaxTextBytes + 1)) appendVisible(text, c);
  for (const LogField& field : fields) {
    text += ' ';
    text += field.key;
    text += '=';
    if (isPlain(field.value)) {
      text += field.value;
    } else {
      appendQuoted(text, field.value);
    }
  }
  if (text.size() > kMaxTextBytes) {
    text.resize(utf8Prefix(text, kMaxTextBytes).size());
    text += "…";
  }
  return text;
}

}  // namespace

void RecentLog::add(LogEntry entry) {
  std::lock_guard lock(m_mutex);
  if (m_entries.size() >= kMaxEntries) m_entries.pop_front();
  m_entries.push_back(std::move(entry));
}

std::vector<LogEntry> RecentLog::newest(std::size_t limit) const {
  std::lock_guard lock(m_mutex);
  const auto count = static_cast<std::ptrdiff_t>(std::min(limit, m_entries.size()));
  return {m_entries.end() - count, m_entries.end()};
}

Log::Log(std::shared_ptr<spdlog::logger> logger, std::shared_ptr<RecentLog> recent)
    : m_logger(std::move(logger)), m_recent(std::move(recent)) {}

Log Log::toStandardError(LogLevel level, std::shared_ptr<RecentLog> recent) {
  auto logger = std::make_shared<spdlog::logger>("carport", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_level(toSpdlog(level));
  logger->flush_on(spdlog::level::info);
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
  return {std::move(logger), std::move(recent)};
}

Log Log::toMemory(std::shared_ptr<RecentLog> recent) {
  return {std::make_shared<spdlog::logger>("carport", std::make_shared<spdlog::sinks::null_sink_mt>()),
          std::move(recent)};
}

Log Log::as(std::string_view component) const {
  Log copy = *this;
  copy.m_component = component;
  return copy;
}

void Log::write(LogLevel level, std::string_view message, LogFields fields) const {
  const bool toLogger = m_logger->should_log(toSpdlog(level));
  const bool toRecent = m_recent && level >= LogLevel::info;
  if (!toLogger && !toRecent) return;
  const std::string text = compose(message, fields);
  if (toLogger) m_logger->log(toSpdlog(level), "{}: {}", m_component, text);
  if (toRecent) m_recent->add({SystemClock().now(), level, m_component, text});
}

}  // namespace carport
