#include "gateway/domain/live_states.h"
#include "gateway/server/http/handlers/handlers.h"

namespace carport::handlers {

namespace {

constexpr Milliseconds kDefaultPeriod = std::chrono::hours(24);
constexpr std::int64_t kDefaultPoints = 2000;
constexpr std::int64_t kEarliestMs = 0;
/// The year 9999: what lies behind it is a mistake.
constexpr std::int64_t kLatestMs = 253'402'300'799'999;

Asked<api::HistoryQuery> readQuery(const Call& call, PrincipalNumber car) {
  api::HistoryQuery query;
  query.car = car;
  const auto [first, last] = call.target.parameters.equal_range("metric");
  for (auto it = first; it != last; ++it) query.metrics.push_back(it->second);
  if (query.metrics.empty() || query.metrics.size() > api::kMaxHistoryMetrics) {
    return refuse(replyFailure(ErrorKind::invalid,
                               fmt::format("Name 1 to {} metrics: metric=speed&metric=soc", api::kMaxHistoryMetrics)));
  }
  if (std::find(query.metrics.begin(), query.metrics.end(), std::string()) != query.metrics.end()) {
    return refuse(replyFailure(ErrorKind::invalid, "The parameter 'metric' is empty; name a metric: metric=speed"));
  }
  const auto to = call.integer("to", kEarliestMs, kLatestMs, toMs(call.now()));
  if (!to) return refuse(to.error());
  const auto from = call.integer("from", kEarliestMs, kLatestMs, std::max(*to - kDefaultPeriod.count(), kEarliestMs));
  if (!from) return refuse(from.error());
  const auto points = call.integer("points", 1, api::kMaxHistoryPoints, kDefaultPoints);
  if (!points) return refuse(points.error());
  if (*from > *to) return refuse(replyFailure(ErrorKind::invalid, "The parameter 'from' lies behind 'to'"));
  query.from = fromMs(*from);
  query.to = fromMs(*to);
  query.maxPoints = static_cast<std::size_t>(*points);
  return query;
}

/// Read and encoded on the reading thread: twenty thousand points are work.
Result<std::string> readEncoded(HistoryReader& reader, const api::HistoryQuery& query, bool cbor) {
  const Result<api::History> history = reader.history(query);
  if (!history) return failFrom(history);
  const nlohmann::json json = api::toJson(*history);
  if (!cbor) return api::toText(json);
  std::string bytes;
  nlohmann::json::to_cbor(json, bytes);
  return bytes;
}

}  // namespace

Answer getHistory(Call& call) {
  const auto car = call.car(api::Action::view);
  if (!car) co_return car.error();
  const auto query = readQuery(call, car->number);
  if (!query) co_return query.error();
  const auto accepted = call.request[http::field::accept];
  const bool cbor =
      std::string_view(accepted.data(), accepted.size()).find("application/cbor") != std::string_view::npos;
  std::function<Result<std::string>(HistoryReader&)> read = [wanted = *query, cbor](HistoryReader& reader) {
    return readEncoded(reader, wanted, cbor);
  };
  auto reading = call.read<std::string>(std::move(read));
  Result<std::string> body = co_await std::move(reading);
  if (!body) co_return replyFailure(body.error());
  Reply reply;
  reply.body = std::move(*body);
  if (cbor) reply.contentType = "application/cbor";
  co_return reply;
}

Answer listMetrics(Call& call) {
  const auto car = call.car(api::Action::view);
  if (!car) co_return car.error();
  nlohmann::json names = nlohmann::json::array();
  if (const api::CarState* state = call.control.states.find(car->number)) {
    for (const auto& [name, latest] : state->metrics) names.push_back(name);
  }
  co_return replyOk({{"metrics", std::move(names)}});
}

}  // namespace carport::handlers
