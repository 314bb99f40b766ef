#include "gateway/server/http/entity_tag_list.h"

#include <algorithm>

namespace carport {

namespace {
std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}
}  // namespace

bool anyEntityTag(std::string_view list, TagComparison comparison,
                  const std::function<bool(std::string_view)>& matches) {
  if (trimmed(list) == "*") return true;
  while (!list.empty()) {
    // No tag of ours has a comma, so one with a comma need not be kept whole.
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view tag = trimmed(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    const bool isWeak = tag.starts_with("W/");
    if (isWeak) tag.remove_prefix(2);
    if (isWeak && comparison == TagComparison::strong) continue;
    const bool isQuoted = tag.size() >= 2 && tag.front() == '"' && tag.back() == '"';
    if (isQuoted && matches(tag.substr(1, tag.size() - 2))) return true;
  }
  return false;
}

}  // namespace carport
