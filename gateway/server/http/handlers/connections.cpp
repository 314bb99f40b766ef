#include "gateway/api/connection.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/page.h"

#include <utility>

namespace carport::handlers {

namespace {

constexpr PageSize kConnectionPage{100, ConnectionQuery::kMaxLimit};

struct KnownConnections {
  std::vector<api::Connection> connections;
  std::vector<api::AttemptCount> attempts;
};

Asked<ConnectionQuery> readConnectionQuery(const Call& call, PrincipalNumber of) {
  const auto from = call.integer("from", INT64_MIN, INT64_MAX, 0);
  if (!from) return refuse(from.error());
  const auto to = call.integer("to", INT64_MIN, INT64_MAX, INT64_MAX);
  if (!to) return refuse(to.error());
  const auto page = readPage(call, 1, kConnectionPage);
  if (!page) return refuse(page.error());
  ConnectionQuery query{of, fromMs(*from), fromMs(*to)};
  query.limit = page->limit;
  if (page->after) query.before = page->number(0).value_or(INT64_MAX);
  return query;
}

/// Who does not administer somebody is not told from where he comes.
template <class Told>
nlohmann::json listed(std::vector<Told> all, std::string Told::*address, bool withAddresses) {
  nlohmann::json list = nlohmann::json::array();
  for (Told& one : all) {
    if (!withAddresses) (one.*address).clear();
    list.push_back(api::toJson(one));
  }
  return list;
}

Answer answerConnections(Call& call, const api::Principal& whose) {
  auto query = readConnectionQuery(call, whose.number);
  if (!query) co_return query.error();
  const auto limit = query->limit;
  ++query->limit;  // whether there are more
  std::function<Result<KnownConnections>(HistoryReader&)> read =
      [wanted = *query](HistoryReader& reader) -> Result<KnownConnections> {
    auto connections = reader.connections(wanted);
    if (!connections) return failFrom(connections);
    auto attempts = reader.attempts(wanted.principal);
    if (!attempts) return failFrom(attempts);
    return KnownConnections{std::move(*connections), std::move(*attempts)};
  };
  auto reading = call.read<KnownConnections>(std::move(read));
  Result<KnownConnections> known = co_await std::move(reading);
  if (!known) co_return replyFailure(known.error());
  const bool withAddresses = call.may(api::Action::administer, whose);
  std::optional<std::vector<std::string>> last;
  if (known->connections.size() > limit) {
    known->connections.resize(limit);
    last = {std::to_string(known->connections.back().number)};
  }
  nlohmann::json beside;
  beside["attempts"] = listed(std::move(known->attempts), &api::AttemptCount::lastAddress, withAddresses);
  nlohmann::json connections = listed(std::move(known->connections), &api::Connection::address, withAddresses);
  co_return replyPage(call, "connections", std::move(connections), last, std::move(beside));
}

}  // namespace

Answer listCarConnections(Call& call) {
  const auto car = call.car(api::Action::view);
  if (!car) co_return car.error();
  auto answering = answerConnections(call, *car);
  Reply reply = co_await std::move(answering);
  co_return reply;
}

Answer listConnections(Call& call) {
  const auto record = call.record(call.variable("id"));
  if (!record) co_return record.error();
  if (const auto allowed = call.demand(api::Action::administer, record->principal); !allowed) co_return allowed.error();
  auto answering = answerConnections(call, record->principal);
  Reply reply = co_await std::move(answering);
  co_return reply;
}

}  // namespace carport::handlers
