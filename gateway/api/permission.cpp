#include "gateway/api/permission.h"

#include "gateway/api/api_errc.h"
#include "gateway/api/enum_names.h"
#include "gateway/api/principal.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace carport::api {

namespace {

using Kind = Selector::Kind;

constexpr std::array<std::pair<Kind, std::string_view>, 5> kPrefixes{{{Kind::principal, "principal:"},
                                                                      {Kind::group, "group:"},
                                                                      {Kind::role, "role:"},
                                                                      {Kind::type, "type:"},
                                                                      {Kind::topic, "topic:"}}};

/// MQTT 3.1.1 §4.7.1: `+` fills a whole level; `#` too, and only the last.
bool isTopicFilter(std::string_view filter) {
  if (filter.empty() || filter.find('\0') != std::string_view::npos) return false;
  for (std::size_t start = 0; start <= filter.size();) {
    const std::size_t end = std::min(filter.find('/', start), filter.size());
    const std::string_view level = filter.substr(start, end - start);
    if (level.find_first_of("+#") != std::string_view::npos && level.size() != 1) return false;
    if (level == "#" && end != filter.size()) return false;
    start = end + 1;
  }
  return true;
}

bool isValueFor(Kind kind, std::string_view value) {
  switch (kind) {
    case Kind::principal:
    case Kind::group:
      return isValidPrincipalId(value);
    case Kind::role:
      return value != nameOf(Role::none) && valueOf<Role>(value).has_value();
    case Kind::type:
      return valueOf<PrincipalType>(value).has_value();
    case Kind::topic:
      return isTopicFilter(value);
    case Kind::anyone:
    case Kind::self:
      break;
  }
  return false;
}

}  // namespace

Result<Selector> Selector::parse(std::string_view text) {
  if (text.size() > kMaxSelectorBytes) {
    return fail(ApiErrc::badSelector, fmt::format("A selector has at most {} bytes", kMaxSelectorBytes));
  }
  if (text == "*") return Selector{Kind::anyone, {}};
  if (text == "self") return Selector{Kind::self, {}};
  for (const auto& [kind, prefix] : kPrefixes) {
    if (!text.starts_with(prefix)) continue;
    const std::string_view value = text.substr(prefix.size());
    if (!isValueFor(kind, value)) {
      return fail(ApiErrc::badSelector, fmt::format("'{}' cannot stand after '{}'", value, prefix));
    }
    return Selector{kind, std::string(value)};
  }
  return fail(ApiErrc::badSelector);
}

std::string Selector::toString() const {
  if (kind == Kind::anyone) return "*";
  if (kind == Kind::self) return "self";
  for (const auto& [candidate, prefix] : kPrefixes) {
    if (candidate == kind) return std::string(prefix) + value;
  }
  return {};
}

}  // namespace carport::api
