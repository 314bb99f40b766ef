#include "gateway/api/openapi.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/page.h"

#include <algorithm>
#include <span>

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
  if (const auto own = call.who().organisation(); !own.empty()) {
    co_return replyOk(api::toJson(call.control.statistics.statusOf(own, call.control.states)));
  }
  const bool administrator = call.demandHouse().has_value();
  co_return replyOk(api::toJson(call.control.statistics.status(administrator)));
}

namespace {

constexpr PageSize kLogPage{200, RecentLog::kMaxEntries};

/// Takes away what the pages before had. A place in the log is a time and how many lines of that very time are behind
/// it: lines have no numbers.
void dropShown(std::vector<LogEntry>& entries, const PageWish& page) {
  const TimePoint time = fromMs(page.number(0).value_or(INT64_MAX));
  std::int64_t sameTime = page.number(1).value_or(0);
  while (!entries.empty() && (entries.back().time > time || (entries.back().time == time && sameTime-- > 0))) {
    entries.pop_back();
  }
}

/// The place of the oldest line that was shown; `all` are the shown ones of this page and those before.
std::vector<std::string> placeOf(const LogEntry& first, const std::vector<LogEntry>& all) {
  const auto sameTime = std::count_if(all.begin(), all.end(), [&](const LogEntry& e) { return e.time == first.time; });
  return {std::to_string(toMs(first.time)), std::to_string(sameTime)};
}

}  // namespace

Answer getLog(Call& call) {
  if (const auto allowed = call.demandHouse(); !allowed) co_return allowed.error();
  const auto page = readPage(call, 2, kLogPage);
  if (!page) co_return page.error();
  const auto& recent = call.control.parts.recentLog;
  const auto all = recent ? recent->newest(RecentLog::kMaxEntries) : std::vector<LogEntry>();
  std::vector<LogEntry> entries = all;
  dropShown(entries, *page);
  const auto shown = std::span(entries).last(std::min(page->limit, entries.size()));
  std::optional<std::vector<std::string>> last;
  if (shown.size() < entries.size()) {
    // Those of the same time that are not shown yet must not count.
    const auto hidden = std::span(entries).first(entries.size() - shown.size());
    std::vector<LogEntry> seen(all.begin() + static_cast<std::ptrdiff_t>(hidden.size()), all.end());
    last = placeOf(shown.front(), seen);
  }
  nlohmann::json lines = nlohmann::json::array();
  for (const LogEntry& entry : shown) lines.push_back(api::toJson(entry));
  co_return replyPage(call, "entries", std::move(lines), last);
}

Answer getLive(Call&) {
  co_return replyStatus(http::status::upgrade_required, "This path speaks WebSocket: send Upgrade: websocket");
}

}  // namespace carport::handlers
