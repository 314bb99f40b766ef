#pragma once

#include "gateway/api/enum_names.h"
#include "gateway/server/http/call.h"

#include <optional>
#include <string>
#include <string_view>

/// What the calls for lists leave out, read from their parameters.
namespace carport::handlers {

/// Whether `part` is somewhere in `text`; ASCII letters of either case are the same.
bool containsText(std::string_view text, std::string_view part);

/// A parameter that is `true` or `false`; none where it is absent.
Asked<std::optional<bool>> readBoolean(const Call& call, const std::string& name);

/// A parameter that is one of an enumeration's words; none where it is absent. `words` names them for the refusal.
template <class E>
Asked<std::optional<E>> readWord(const Call& call, const std::string& name, std::string_view words) {
  const auto text = call.parameter(name);
  if (!text) return std::optional<E>();
  std::optional<E> value = api::valueOf<E>(*text);
  if (value) return value;
  return refuse(replyWrongParameter(name, fmt::format("The parameter '{}' must be {}", name, words)));
}

/// The parameters `q` (a part of id or name), `group` and `blocked`.
struct PrincipalFilter {
  std::optional<std::string> part;
  std::optional<std::string> group;
  std::optional<bool> blocked;

  bool accepts(const api::Principal& principal) const;
};
Asked<PrincipalFilter> readPrincipalFilter(const Call& call);

}  // namespace carport::handlers
