#include "gateway/base/process_figures.h"
#include "gateway/server/nitrogen/nitrogen_routes.h"
#include "gateway/server/nitrogen/socketio_hub.h"

namespace carport::nitrogen {

Answer getHeadwaiter(NitrogenCall& call) {
  const std::string origin = call.origin();
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
  nlohmann::json json{{"status", "ok"},
                      {"uptime", std::chrono::duration_cast<std::chrono::seconds>(uptime).count()},
                      {"memory", nullptr},
                      {"pid", nullptr},
                      {"subscriptions", nullptr}};
  // How much goes on in the whole gateway is not for everybody: not for one organisation about the others.
  const bool mayKnow =
      call.caller && call.who().organisation().empty() && call.rights().mayAdministerGateway(call.who());
  if (mayKnow) {
    const ProcessFigures figures = processFigures();
    if (figures.residentBytes) json["memory"] = {{"rss", *figures.residentBytes}};
    if (figures.id) json["pid"] = *figures.id;
    json["subscriptions"] = call.context.sockets->subscriptions();
    json["samplesLeftOut"] = call.context.sockets->samplesLeftOut();
  }
  co_return nitrogenOk(json);
}

}  // namespace carport::nitrogen
