#include "gateway/api/permission.h"

#include "gateway/api/api_errc.h"
#include "gateway/api/enum_names.h"
#include "gateway/api/message_filter.h"
#include "gateway/api/principal.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace carport::api {

namespace {

using Kind = Selector::Kind;

constexpr std::array<std::pair<Kind, std::string_view>, 7> kPrefixes{{{Kind::principal, "principal:"},
                                                                      {Kind::group, "group:"},
                                                                      {Kind::role, "role:"},
                                                                      {Kind::type, "type:"},
                                                                      {Kind::topic, "topic:"},
                                                                      {Kind::attribute, "attribute:"},
                                                                      {Kind::organisation, "organisation:"}}};

/// `NAME=VALUE`, with a `*` at the end of VALUE alone.
bool isAttribute(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || !isValidAttributeName(text.substr(0, equals))) return false;
  const std::string_view value = text.substr(equals + 1);
  const std::size_t star = value.find('*');
  return !value.empty() && value.find('\0') == std::string_view::npos &&
         (star == std::string_view::npos || star + 1 == value.size());
}

bool isValueFor(Kind kind, std::string_view value) {
  switch (kind) {
    case Kind::principal:
    case Kind::group:
      return isValidPrincipalId(value);
    case Kind::role:
      return isValidRoleId(value);
    case Kind::type:
      return valueOf<PrincipalType>(value).has_value();
    case Kind::topic:
      return isTopicFilter(value);
    case Kind::attribute:
      return isAttribute(value);
    case Kind::organisation:
      return value == "*" || isValidOrganisationId(value);
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
