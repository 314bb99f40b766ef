#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/visible_rows.h"

namespace carport::handlers {

namespace {

Asked<EventQuery> readQuery(const Call& call) {
  const auto from = call.integer("from", INT64_MIN, INT64_MAX, 0);
  if (!from) return refuse(from.error());
  const auto to = call.integer("to", INT64_MIN, INT64_MAX, INT64_MAX);
  if (!to) return refuse(to.error());
  const auto limit = call.integer("limit", 1, EventQuery::kMaxLimit, 100);
  if (!limit) return refuse(limit.error());
  EventQuery query;
  query.from = fromMs(*from);
  query.to = fromMs(*to);
  query.limit = static_cast<std::size_t>(*limit);
  return query;
}

Answer answerEvents(Call& call, EventQuery query) {
  auto reading = readVisible<api::Event, EventQuery>(
      call, std::move(query), [](HistoryReader& reader, const EventQuery& wanted) { return reader.events(wanted); });
  const Result<nlohmann::json> events = co_await std::move(reading);
  co_return events ? replyOk({{"events", *events}}) : replyFailure(events.error());
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
