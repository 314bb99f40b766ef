#include "gateway/server/nitrogen/nitrogen_routes.h"

#include <array>
#include <optional>

namespace carport {

namespace {

using namespace nitrogen;
using http::verb;

constexpr bool kAnyone = false;
constexpr bool kSignedIn = true;

/// Fixed paths stand above those with a variable that would fit them too.
constexpr auto kRoutes = std::to_array<NitrogenRoute>({
    {verb::get, "/headwaiter", getHeadwaiter, kAnyone},
    {verb::get, "/ops/health", getHealth, kAnyone},
    {verb::post, "/principals", createPrincipal, kAnyone},
    {verb::post, "/principals/user/auth", authenticateUser, kAnyone},
    {verb::post, "/principals/secret/auth", authenticateBySecret, kAnyone},
    {verb::post, "/principals/accesstoken", makeAccessToken},
    {verb::post, "/principals/impersonate", impersonate},
    {verb::get, "/principals", findPrincipals},
    {verb::get, "/principals/{id}", getPrincipal},
    {verb::put, "/principals/{id}", changePrincipal},
    {verb::delete_, "/principals/{id}", removePrincipal},
    {verb::get, "/api_keys", listApiKeys},
    {verb::post, "/api_keys", addApiKey},
    {verb::get, "/messages", findMessages},
    {verb::post, "/messages", sendMessages, kSignedIn, kMaxNitrogenMessagesBytes},
    {verb::delete_, "/messages", removeMessages},
    {verb::get, "/permissions", findPermissions},
    {verb::post, "/permissions", addPermission},
    {verb::put, "/permissions/{id}", changePermission},
    {verb::delete_, "/permissions/{id}", removePermission},
    {verb::post, "/blobs", addBlob, kSignedIn, kMaxNitrogenBlobBytes},
    {verb::get, "/blobs/{id}", getBlob},
});

std::optional<std::string> matched(std::string_view pattern, std::span<const std::string> segments) {
  std::string id;
  for (const std::string& segment : segments) {
    if (pattern.empty()) return std::nullopt;
    pattern.remove_prefix(1);  // the slash
    const std::string_view wanted = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(wanted.size());
    if (wanted == "{id}") {
      id = segment;
    } else if (wanted != segment) {
      return std::nullopt;
    }
  }
  return pattern.empty() ? std::optional(id) : std::nullopt;
}

}  // namespace

std::span<const NitrogenRoute> allNitrogenRoutes() {
  return kRoutes;
}

NitrogenMatch findNitrogenRoute(http::verb method, const std::vector<std::string>& segments) {
  NitrogenMatch match;
  if (segments.size() < 2 || segments[0] != "api" || segments[1] != "v1") return match;
  for (const NitrogenRoute& route : kRoutes) {
    const auto id = matched(route.pattern, std::span(segments).subspan(2));
    if (!id || match.route != nullptr) continue;
    if (!match.allow.empty()) match.allow += ", ";
    match.allow += http::to_string(route.method);
    if (route.method != method) continue;
    match.route = &route;
    match.id = *id;
  }
  return match;
}

}  // namespace carport
