#include "gateway/protocol/mqtt/topic.h"

#include "gateway/protocol/mqtt/limits.h"
#include "gateway/protocol/mqtt/mqtt_errc.h"
#include "gateway/protocol/mqtt/utf8.h"

#include <fmt/format.h>

#include <algorithm>

namespace carport::mqtt {

namespace {

constexpr std::string_view kSharePrefix = "$share/";

/// What names and filters have in common; `what` begins the sentence.
Result<void> checkText(std::string_view topic, MqttErrc code, std::string_view what) {
  if (topic.empty()) return fail(code, fmt::format("{} is empty", what));  // [MQTT-4.7.3-1]
  if (topic.size() > kMaxStringBytes) {                                    // [MQTT-4.7.3-3]
    return fail(code, fmt::format("{} is longer than {} bytes", what, kMaxStringBytes));
  }
  if (!isMqttUtf8(topic)) {  // [MQTT-1.5.3-1], [MQTT-4.7.3-2]
    return fail(code, fmt::format("{} is not valid UTF-8 or contains the character U+0000", what));
  }
  if (static_cast<std::size_t>(std::count(topic.begin(), topic.end(), '/')) >= kMaxTopicLevels) {
    return fail(code, fmt::format("{} has more than {} levels", what, kMaxTopicLevels));
  }
  return {};
}

}  // namespace

bool hasWildcard(std::string_view filter) {
  return filter.find_first_of("+#") != std::string_view::npos;
}

Result<void> checkTopicName(std::string_view topic) {
  if (auto checked = checkText(topic, MqttErrc::badTopic, "The topic name"); !checked) return checked;
  if (hasWildcard(topic)) {  // [MQTT-3.3.2-2], [MQTT-4.7.1-1]
    return fail(MqttErrc::badTopic, fmt::format("The topic name \"{}\" contains a wildcard (+ or #)", topic));
  }
  return {};
}

Result<void> checkTopicFilter(std::string_view filter) {
  if (auto checked = checkText(filter, MqttErrc::badTopicFilter, "The topic filter"); !checked) return checked;
  if (!hasWildcard(filter)) return {};
  TopicLevels levels(filter);
  while (const auto level = levels.next()) {
    if (level->size() > 1 && hasWildcard(*level)) {  // [MQTT-4.7.1-2], [MQTT-4.7.1-3]
      return fail(MqttErrc::badTopicFilter,
                  fmt::format("In the topic filter \"{}\" a wildcard does not stand alone in its level", filter));
    }
    if (*level == "#" && !levels.atEnd()) {  // [MQTT-4.7.1-2]
      return fail(MqttErrc::badTopicFilter, fmt::format("In the topic filter \"{}\" the # is not at the end", filter));
    }
  }
  return {};
}

bool matches(std::string_view filter, std::string_view topic) {
  // [MQTT-4.7.2-1]
  if (topic.starts_with('$') && (filter.starts_with('+') || filter.starts_with('#'))) return false;
  TopicLevels filterLevels(filter);
  TopicLevels topicLevels(topic);
  while (const auto wanted = filterLevels.next()) {
    if (*wanted == "#") return true;  // also the level above it: "a/#" matches "a"
    const auto level = topicLevels.next();
    if (!level || (*wanted != "+" && *wanted != *level)) return false;
  }
  return topicLevels.atEnd();
}

Result<std::optional<SharedFilter>> parseSharedFilter(std::string_view filter) {
  if (!filter.starts_with(kSharePrefix)) return std::nullopt;
  const std::string_view rest = filter.substr(kSharePrefix.size());
  const auto slash = rest.find('/');
  const SharedFilter shared{rest.substr(0, slash),
                            slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1)};
  if (shared.group.empty() || shared.filter.empty() || hasWildcard(shared.group)) {
    return fail(MqttErrc::badTopicFilter,
                fmt::format("The shared subscription \"{}\" is not of the form $share/GROUP/FILTER", filter));
  }
  if (auto checked = checkTopicFilter(shared.filter); !checked) return failFrom(checked);
  return shared;
}

}  // namespace carport::mqtt
