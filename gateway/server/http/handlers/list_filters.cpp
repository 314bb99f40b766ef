#include "gateway/server/http/handlers/list_filters.h"

#include <algorithm>

namespace carport::handlers {

namespace {
char folded(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
}  // namespace

bool containsText(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) { return folded(a) == folded(b); };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end() || part.empty();
}

Asked<std::optional<bool>> readBoolean(const Call& call, const std::string& name) {
  const auto text = call.parameter(name);
  if (!text) return std::optional<bool>();
  if (*text == "true" || *text == "false") return std::optional(*text == "true");
  return refuse(replyWrongParameter(name, fmt::format("The parameter '{}' must be true or false", name)));
}

bool PrincipalFilter::accepts(const api::Principal& principal) const {
  if (blocked && principal.blocked != *blocked) return false;
  if (group && std::find(principal.groups.begin(), principal.groups.end(), *group) == principal.groups.end()) {
    return false;
  }
  return !part || containsText(principal.id, *part) || containsText(principal.name, *part);
}

Asked<PrincipalFilter> readPrincipalFilter(const Call& call) {
  const auto blocked = readBoolean(call, "blocked");
  if (!blocked) return refuse(blocked.error());
  return PrincipalFilter{call.parameter("q"), call.parameter("group"), *blocked};
}

}  // namespace carport::handlers
