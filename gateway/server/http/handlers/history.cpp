#include "gateway/domain/live_states.h"
#include "gateway/server/http/handlers/cbor_reply.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/viewed_cars.h"

#include <algorithm>

namespace carport::handlers {

namespace {

constexpr Milliseconds kDefaultPeriod = std::chrono::hours(24);
constexpr std::int64_t kDefaultPoints = 2000;
constexpr std::int64_t kDefaultBuckets = 500;
/// Of an answer about no time at all.
constexpr Milliseconds kEmptyBucket{60'000};
constexpr std::int64_t kEarliestMs = 0;
/// The year 9999: what lies behind it is a mistake.
constexpr std::int64_t kLatestMs = 253'402'300'799'999;

struct Period {
  TimePoint from{};
  TimePoint to{};
};

Asked<Period> readPeriod(const Call& call) {
  const auto to = call.integer("to", kEarliestMs, kLatestMs, toMs(call.now()));
  if (!to) return refuse(to.error());
  const auto from = call.integer("from", kEarliestMs, kLatestMs, std::max(*to - kDefaultPeriod.count(), kEarliestMs));
  if (!from) return refuse(from.error());
  if (*from > *to) return refuse(replyWrongParameter("from", "The parameter 'from' lies behind 'to'"));
  return Period{fromMs(*from), fromMs(*to)};
}

Asked<api::HistoryQuery> readQuery(const Call& call, PrincipalNumber car) {
  api::HistoryQuery query;
  query.car = car;
  const auto [first, last] = call.target.parameters.equal_range("metric");
  for (auto it = first; it != last; ++it) query.metrics.push_back(it->second);
  if (query.metrics.empty() || query.metrics.size() > api::kMaxHistoryMetrics) {
    return refuse(replyWrongParameter(
        "metric", fmt::format("Name 1 to {} metrics: metric=speed&metric=soc", api::kMaxHistoryMetrics)));
  }
  if (std::find(query.metrics.begin(), query.metrics.end(), std::string()) != query.metrics.end()) {
    return refuse(replyWrongParameter("metric", "The parameter 'metric' is empty; name a metric: metric=speed"));
  }
  const auto points = call.integer("points", 1, api::kMaxHistoryPoints, kDefaultPoints);
  if (!points) return refuse(points.error());
  const auto period = readPeriod(call);
  if (!period) return refuse(period.error());
  query.from = period->from;
  query.to = period->to;
  query.maxPoints = static_cast<std::size_t>(*points);
  return query;
}

Asked<api::FleetHistoryQuery> readFleetQuery(Call& call) {
  api::FleetHistoryQuery query;
  query.metric = call.parameter("metric").value_or("");
  if (query.metric.empty()) return refuse(replyWrongParameter("metric", "Name a metric: metric=speed"));
  const auto buckets = call.integer("buckets", 1, api::kMaxFleetBuckets, kDefaultBuckets);
  if (!buckets) return refuse(buckets.error());
  const auto period = readPeriod(call);
  if (!period) return refuse(period.error());
  auto cars = viewedCars(call);
  if (!cars) return refuse(cars.error());
  query.cars = std::move(*cars);
  query.from = period->from;
  query.to = period->to;
  query.maxBuckets = static_cast<std::size_t>(*buckets);
  return query;
}

template <class Value>
std::string encoded(const Value& value, bool cbor) {
  const nlohmann::json json = api::toJson(value);
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
  const bool cbor = wantsCbor(call);
  std::function<Result<std::string>(HistoryReader&)> read = [wanted = *query,
                                                             cbor](HistoryReader& reader) -> Result<std::string> {
    const Result<api::History> history = reader.history(wanted);
    if (!history) return failFrom(history);
    return encoded(*history, cbor);
  };
  auto answer = readAndReply(call, std::move(read), cbor);
  co_return co_await std::move(answer);
}

Answer getFleetHistory(Call& call) {
  const auto query = readFleetQuery(call);
  if (!query) co_return query.error();
  const bool cbor = wantsCbor(call);
  std::function<Result<std::string>(HistoryReader&)> read = [wanted = *query,
                                                             cbor](HistoryReader& reader) -> Result<std::string> {
    if (wanted.from == wanted.to) return encoded(api::FleetHistory{wanted.metric, kEmptyBucket, {}}, cbor);
    const Result<api::FleetHistory> history = reader.fleetHistory(wanted);
    if (!history) return failFrom(history);
    return encoded(*history, cbor);
  };
  auto answer = readAndReply(call, std::move(read), cbor);
  co_return co_await std::move(answer);
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
