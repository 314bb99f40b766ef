#include "gateway/api/membership.h"

#include <algorithm>

namespace carport::api {

bool isInGroup(const Principal& principal, std::string_view group) {
  if (principal.type == PrincipalType::group && principal.id == group) return true;
  return std::find(principal.groups.begin(), principal.groups.end(), group) != principal.groups.end();
}

bool hasAttribute(const Principal& principal, std::string_view wanted) {
  const std::size_t equals = wanted.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string* text = principal.attributes.find(wanted.substr(0, equals));
  if (text == nullptr) return false;
  std::string_view value = wanted.substr(equals + 1);
  if (!value.ends_with('*')) return *text == value;
  value.remove_suffix(1);
  return text->starts_with(value);
}

}  // namespace carport::api
