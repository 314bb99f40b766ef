#pragma once

#include <string_view>

namespace carport {

/// Whether an MQTT topic name matches a topic filter with `+` and `#` (MQTT 3.1.1 §4.7): a filter that begins with a
/// wildcard matches no topic that begins with `$`. A filter that is not well formed matches nothing.
bool topicMatchesFilter(std::string_view topic, std::string_view filter);

}  // namespace carport
