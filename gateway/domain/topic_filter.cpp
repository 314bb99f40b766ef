#include "gateway/domain/topic_filter.h"

namespace carport {

namespace {

/// Takes the first level off `rest`; `last` tells that it was the last one.
std::string_view takeLevel(std::string_view& rest, bool& last) {
  const std::size_t slash = rest.find('/');
  last = slash == std::string_view::npos;
  const std::string_view level = rest.substr(0, slash);
  rest = last ? std::string_view() : rest.substr(slash + 1);
  return level;
}

}  // namespace

bool topicMatchesFilter(std::string_view topic, std::string_view filter) {
  if (topic.empty() || filter.empty()) return false;
  if (topic.front() == '$' && (filter.front() == '+' || filter.front() == '#')) return false;
  bool topicEnded = false;
  for (;;) {
    bool filterEnded = false;
    const std::string_view wanted = takeLevel(filter, filterEnded);
    if (wanted == "#") return filterEnded;  // also the parent level: "a/#" matches "a" (§4.7.1.2)
    if (topicEnded) return false;
    const std::string_view level = takeLevel(topic, topicEnded);
    if (wanted != "+" && (wanted != level || wanted.find_first_of("+#") != std::string_view::npos)) return false;
    if (filterEnded) return topicEnded;
  }
}

}  // namespace carport
