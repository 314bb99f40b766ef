#pragma once

#include "gateway/base/result.h"

#include <optional>
#include <string_view>

/// Topic names and topic filters (MQTT 3.1.1 §4.7).
namespace carport::mqtt {

/// Fails with MqttErrc::badTopic and a sentence where `topic` cannot be published on: empty, longer than
/// kMaxStringBytes, more than kMaxTopicLevels levels, not UTF-8, with a wildcard.
Result<void> checkTopicName(std::string_view topic);
/// Fails with MqttErrc::badTopicFilter and a sentence where `filter` cannot be subscribed to: as above, or a wildcard
/// that does not stand alone in its level, or a `#` that is not last.
Result<void> checkTopicFilter(std::string_view filter);

bool hasWildcard(std::string_view filter);

/// True where a subscription to `filter` gets what is published on `topic`; both valid. Wildcards in the first level do
/// not match topics that start with `$` [MQTT-4.7.2-1].
bool matches(std::string_view filter, std::string_view topic);

/// `$share/{group}/{filter}`: a subscription whose messages a group of subscribers share (MQTT 5.0 §4.8.2).
struct SharedFilter {
  std::string_view group;
  std::string_view filter;
};
/// None where `filter` is an ordinary one; MqttErrc::badTopicFilter where it starts with `$share/` and is not a shared
/// one.
Result<std::optional<SharedFilter>> parseSharedFilter(std::string_view filter);

/// Cuts a topic into its levels, from left to right: `while (auto level = levels.next())`.
class TopicLevels {
 public:
  explicit TopicLevels(std::string_view topic) : m_rest(topic) {}

  /// The next level (may be empty text), none after the last.
  std::optional<std::string_view> next() {
    if (m_done) return std::nullopt;
    const auto slash = m_rest.find('/');
    const auto level = m_rest.substr(0, slash);
    m_done = slash == std::string_view::npos;
    m_rest.remove_prefix(m_done ? m_rest.size() : slash + 1);
    return level;
  }
  bool atEnd() const { return m_done; }

 private:
  std::string_view m_rest;
  bool m_done = false;
};

}  // namespace carport::mqtt
