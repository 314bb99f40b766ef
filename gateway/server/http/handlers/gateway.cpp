#include "gateway/api/openapi.h"
#include "gateway/server/http/handlers/handlers.h"

namespace carport::handlers {

Answer getHealth(Call& call) {
  const api::GatewayStatus status = call.control.statistics.status(false);
  nlohmann::json json{{"status", "ok"}, {"apiVersion", api::kApiVersion}, {"version", status.version}};
  if (status.trouble.empty()) co_return replyOk(json);
  json["status"] = "trouble";
  json["trouble"] = status.trouble;
  Reply reply = replyOk(json);
  reply.status = http::status::service_unavailable;
  co_return reply;
}

Answer getOpenApi(Call&) {
  Reply reply;
  reply.body = api::openApiJson();
  co_return reply;
}

Answer getGateway(Call& call) {
  const bool administrator = call.demandAdministration().has_value();
  co_return replyOk(api::toJson(call.control.statistics.status(administrator)));
}

Answer getLog(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const auto limit = call.integer("limit", 1, RecentLog::kMaxEntries, 200);
  if (!limit) co_return limit.error();
  nlohmann::json entries = nlohmann::json::array();
  if (const auto& recent = call.control.parts.recentLog) {
    for (const LogEntry& entry : recent->newest(static_cast<std::size_t>(*limit)))
      entries.push_back(api::toJson(entry));
  }
  co_return replyOk({{"entries", std::move(entries)}});
}

Answer getLive(Call&) {
  co_return replyStatus(http::status::upgrade_required, "This path speaks WebSocket: send Upgrade: websocket");
}

}  // namespace carport::handlers
