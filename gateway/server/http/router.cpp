#include "gateway/server/http/router.h"

#include <optional>

namespace carport {

namespace {

using Variables = std::map<std::string_view, std::string>;

std::optional<Variables> matched(std::string_view pattern, std::span<const std::string> segments) {
  Variables variables;
  for (const std::string& segment : segments) {
    if (pattern.empty()) return std::nullopt;
    pattern.remove_prefix(1);  // the slash
    const std::string_view wanted = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(wanted.size());
    if (wanted.starts_with('{')) {
      variables.emplace(wanted.substr(1, wanted.size() - 2), segment);
    } else if (wanted != segment) {
      return std::nullopt;
    }
  }
  return pattern.empty() ? std::optional(std::move(variables)) : std::nullopt;
}

}  // namespace

RouteMatch findRoute(http::verb method, const std::vector<std::string>& segments) {
  RouteMatch match;
  if (segments.size() < 2 || segments[0] != "api" || segments[1] != "v2") return match;
  const auto rest = std::span(segments).subspan(2);
  for (const Route& route : allRoutes()) {
    auto variables = matched(route.pattern, rest);
    // A fixed path wins over one with variables, because it stands above it.
    if (!variables || (match.route != nullptr)) continue;
    if (!match.allow.empty()) match.allow += ", ";
    match.allow += http::to_string(route.method);
    if (route.method == http::verb::get) match.allow += ", HEAD";
    if (route.method == method) {
      match.route = &route;
      match.variables = std::move(*variables);
    }
  }
  return match;
}

}  // namespace carport
