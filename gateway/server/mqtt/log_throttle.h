#pragma once

#include "gateway/base/clock.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace carport {

/// Keeps one misbehaving client from filling the log: one line about the same thing in ten seconds, and how many were
/// left out. Owner: MqttShard; its thread.
class LogThrottle {
 public:
  static constexpr Milliseconds kQuietTime = std::chrono::seconds(10);
  /// Most things watched at once; beyond it everything is forgotten and may be logged afresh.
  static constexpr std::size_t kMaxKeys = 32'768;
  /// Of a sentence, how much says what kind of thing it tells.
  static constexpr std::size_t kKindBytes = 32;

  /// What tells one kind of reason from another in a key: the sentence's beginning without its numbers, so that a
  /// client cannot make lines of its own by counting.
  static std::string kindOf(std::string_view sentence) {
    std::string kind;
    for (const char c : sentence) {
      if (kind.size() == kKindBytes) break;
      if (c < '0' || c > '9') kind += c;
    }
    return kind;
  }

  /// How many lines about `key` were left out since the last one, where one may be written now; otherwise none.
  std::optional<std::size_t> admit(const std::string& key, SteadyPoint now, Milliseconds quietTime = kQuietTime) {
    if (m_lines.size() >= kMaxKeys && !m_lines.contains(key)) m_lines.clear();
    auto [line, fresh] = m_lines.try_emplace(key, Line{now, 0});
    if (!fresh && now - line->second.at < quietTime) {
      ++line->second.suppressed;
      return std::nullopt;
    }
    const auto suppressed = line->second.suppressed;
    line->second = {now, 0};
    return suppressed;
  }

 private:
  struct Line {
    SteadyPoint at;
    std::size_t suppressed = 0;
  };
  std::unordered_map<std::string, Line> m_lines;
};

}  // namespace carport
