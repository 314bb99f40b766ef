#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/list_filters.h"
#include "gateway/server/http/handlers/visible_rows.h"
#include "gateway/server/http/page.h"

namespace carport::handlers {

namespace {

constexpr PageSize kEventPage{100, EventQuery::kMaxLimit};

/// The place where the page begins, as replyPage() was told it.
Asked<EventQuery> readQuery(const Call& call) {
  const auto from = call.integer("from", INT64_MIN, INT64_MAX, 0);
  if (!from) return refuse(from.error());
  const auto to = call.integer("to", INT64_MIN, INT64_MAX, INT64_MAX);
  if (!to) return refuse(to.error());
  const auto page = readPage(call, 2, kEventPage);
  if (!page) return refuse(page.error());
  EventQuery query;
  query.from = fromMs(*from);
  query.to = fromMs(*to);
  query.limit = page->limit;
  if (page->after) {
    // Nobody but whoever bends a cursor has other than numbers in it; then the list begins anew.
    query.before = {fromMs(page->number(0).value_or(INT64_MAX)), page->number(1).value_or(INT64_MAX)};
    query.to = std::min(query.to, fromMs(std::min(toMs(query.before.time), INT64_MAX - 1) + 1));
  }
  return query;
}

Answer answerEvents(Call& call, EventQuery query) {
  const auto severity = readWord<api::Severity>(call, "severity", "info, warning or alarm");
  if (!severity) co_return severity.error();
  const auto name = call.parameter("name");
  std::function<bool(const api::Event&)> accepts = [wanted = *severity, name](const api::Event& event) {
    return (!wanted || event.severity == *wanted) && (!name || event.name == *name);
  };
  auto reading = readVisible<api::Event, EventQuery>(
      call, std::move(query), [](HistoryReader& reader, const EventQuery& wanted) { return reader.events(wanted); },
      std::move(accepts));
  const Result<VisibleRows<api::Event>> events = co_await std::move(reading);
  if (!events) co_return replyFailure(events.error());
  std::optional<std::vector<std::string>> last;
  if (events->last) last = {std::to_string(toMs(events->last->time)), std::to_string(events->last->number.value)};
  co_return replyPage(call, "events", events->rows, last);
}

}  // namespace

Answer listCarEvents(Call& call) {
  const auto car = call.car(api::Action::view);
  if (!car) co_return car.error();
  auto query = readQuery(call);
  if (!query) co_return query.error();
  query->car = car->number;
  auto answering = answerEvents(call, *query);
  Reply reply = co_await std::move(answering);
  co_return reply;
}

Answer listEvents(Call& call) {
  const auto query = readQuery(call);
  if (!query) co_return query.error();
  auto answering = answerEvents(call, *query);
  Reply reply = co_await std::move(answering);
  co_return reply;
}

}  // namespace carport::handlers
