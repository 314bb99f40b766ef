#include "gateway/api/audit.h"

#include "gateway/server/control/audit_desk.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/page.h"

namespace carport::handlers {

namespace {

constexpr PageSize kAuditPage{100, AuditQuery::kMaxLimit};

Asked<AuditQuery> readQuery(const Call& call) {
  AuditQuery query;
  query.who = call.parameter("who");
  if (auto about = call.parameter("about")) query.about = call.numbers().auditedAbout(std::move(*about));
  query.action = call.parameter("action");
  if (const auto name = call.parameter("outcome")) {
    query.outcome = api::actOutcomeOf(*name);
    if (!query.outcome) return refuse(replyWrongParameter("outcome", "The parameter 'outcome' is done or refused"));
  }
  const auto from = call.integer("from", INT64_MIN, INT64_MAX, 0);
  if (!from) return refuse(from.error());
  const auto to = call.integer("to", INT64_MIN, INT64_MAX, INT64_MAX);
  if (!to) return refuse(to.error());
  const auto page = readPage(call, 1, kAuditPage);
  if (!page) return refuse(page.error());
  query.from = fromMs(*from);
  query.to = fromMs(*to);
  query.limit = page->limit;
  if (page->after) query.before = page->number(0).value_or(INT64_MAX);
  // An organisation's administrator reads what concerns it, and learns of nothing else that it is there.
  if (!call.who().organisation().empty()) query.organisation = std::string(call.who().organisation());
  return query;
}

}  // namespace

Answer listAudit(Call& call) {
  if (const auto allowed = call.demandAdministration(); !allowed) co_return allowed.error();
  const auto query = readQuery(call);
  if (!query) co_return query.error();
  // What was refused until now is in it, too.
  StartWork<bool> start = [&call](std::function<void(Result<bool>)> done) {
    call.control.audit.write([done] { done(true); });
    return true;
  };
  auto writing = awaitAnswer<bool>(call.control.port, std::move(start));
  static_cast<void>(co_await std::move(writing));
  std::function<Result<std::vector<api::AuditEntry>>(HistoryReader&)> read = [wanted = *query](HistoryReader& reader) {
    return reader.audit(wanted);
  };
  auto reading = call.read<std::vector<api::AuditEntry>>(std::move(read));
  const Result<std::vector<api::AuditEntry>> entries = co_await std::move(reading);
  if (!entries) co_return replyFailure(entries.error());
  nlohmann::json told = nlohmann::json::array();
  for (const api::AuditEntry& entry : *entries) told.push_back(call.tell(entry));
  std::optional<std::vector<std::string>> last;
  if (entries->size() == query->limit) last = {std::to_string(entries->back().number)};
  co_return replyPage(call, "entries", std::move(told), last);
}

}  // namespace carport::handlers
