#include "gateway/server/nitrogen/nitrogen_routes.h"
#include "gateway/server/nitrogen/socketio_hub.h"

#include <fmt/format.h>

#include <algorithm>

namespace carport::nitrogen {

namespace {

/// `http://HOST:PORT` as the caller reached it; empty where the header Host says nothing that an address could be.
std::string originOf(const NitrogenCall& call) {
  const auto field = call.request[http::field::host];
  const std::string_view host(field.data(), field.size());
  constexpr std::size_t kMaxHostBytes = 255;
  const bool fits = !host.empty() && host.size() <= kMaxHostBytes && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == ':' ||
           c == '-' || c == '[' || c == ']';
  });
  if (!fits) return {};
  // Whoever ends TLS in front says so; only the caller himself is told what comes of it.
  const bool secure = call.request["X-Forwarded-Proto"] == "https";
  return fmt::format("{}://{}", secure ? "https" : "http", host);
}

}  // namespace

Answer getHeadwaiter(NitrogenCall& call) {
  const std::string origin = originOf(call);
  if (origin.empty()) {
    co_return nitrogenFailure(http::status::bad_request, "The header Host must say how this gateway is reached");
  }
  const std::string api = origin + "/api/v1";
  co_return nitrogenOk({{"endpoints",
                         {{"api_keys", api + "/api_keys"},
                          {"blobs", api + "/blobs"},
                          {"images", api + "/blobs"},
                          {"messages", api + "/messages"},
                          {"permissions", api + "/permissions"},
                          {"principals", api + "/principals"},
                          {"subscriptions", origin + "/"},
                          {"users", origin + "/user"}}}});
}

Answer getHealth(NitrogenCall& call) {
  const auto uptime = call.context.control.parts.clock.steadyNow() - call.context.startedAt;
  co_return nitrogenOk({{"status", "ok"},
                        {"subscriptions", call.context.sockets->subscriptions()},
                        {"samplesLeftOut", call.context.sockets->samplesLeftOut()},
                        {"uptime", std::chrono::duration_cast<std::chrono::seconds>(uptime).count()}});
}

}  // namespace carport::nitrogen
