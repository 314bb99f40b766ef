#include "gateway/api/latest.h"

#include "gateway/api/json_codec.h"
#include "gateway/domain/live_states.h"
#include "gateway/server/http/handlers/cbor_reply.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/viewed_cars.h"

#include <limits>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carport::handlers {

namespace {

constexpr double kNoLatest = std::numeric_limits<double>::quiet_NaN();

using Heard = std::vector<const api::CarState*>;

/// The metrics that the call names, each once; none: all.
Asked<std::set<std::string>> namedMetrics(const Call& call) {
  std::set<std::string> metrics;
  const auto [first, last] = call.target.parameters.equal_range("metric");
  for (auto it = first; it != last; ++it) metrics.insert(it->second);
  if (metrics.contains("")) {
    return refuse(replyWrongParameter("metric", "The parameter 'metric' is empty; name a metric: metric=speed"));
  }
  if (metrics.size() > api::kMaxLatestMetrics) {
    return refuse(replyWrongParameter("metric", fmt::format("Name at most {} metrics", api::kMaxLatestMetrics)));
  }
  return metrics;
}

/// Those that any of the cars has.
std::set<std::string_view> allMetrics(const Heard& states) {
  std::set<std::string_view> metrics;
  for (const api::CarState* state : states) {
    for (const auto& [name, latest] : state->metrics) metrics.insert(name);
  }
  return metrics;
}

api::FleetLatest::Column columnOf(const Heard& states, const std::string& metric) {
  api::FleetLatest::Column column;
  column.metric = metric;
  column.values.reserve(states.size());
  column.timesMs.reserve(states.size());
  for (const api::CarState* state : states) {
    const auto found = state->metrics.find(metric);
    const bool has = found != state->metrics.end();
    column.values.push_back(has ? found->second.value : kNoLatest);
    column.timesMs.push_back(has ? toMs(found->second.time) : 0);
  }
  return column;
}

Asked<api::FleetLatest> latestOf(Call& call, bool cbor) {
  const auto named = namedMetrics(call);
  if (!named) return refuse(named.error());
  const auto cars = viewedCars(call);
  if (!cars) return refuse(cars.error());
  api::FleetLatest latest;
  latest.at = call.now();
  Heard states;
  for (const PrincipalNumber car : *cars) {
    const api::CarState* state = call.control.states.find(car);
    if (state == nullptr) continue;
    states.push_back(state);
    latest.cars.push_back(call.numbers().told(car));
  }
  std::vector<std::string> metrics(named->begin(), named->end());
  if (named->empty()) {
    for (const std::string_view metric : allMetrics(states)) {
      if (metrics.size() < api::kMaxLatestMetrics) {
        metrics.emplace_back(metric);
      } else {
        ++latest.leftOut;
      }
    }
    latest.isWhole = latest.leftOut == 0;
  }
  const std::size_t most = cbor ? api::kMaxPackedLatest : api::kMaxLatestValues;
  if (metrics.size() * states.size() > most) {
    return refuse(replyWrongParameter(
        "metric", fmt::format("That is {} metrics of {} cars, and one answer has room for {} values; name fewer "
                              "metrics or cars{}",
                              metrics.size(), states.size(), most, cbor ? "" : ", or ask for CBOR")));
  }
  for (const std::string& metric : metrics) latest.columns.push_back(columnOf(states, metric));
  return latest;
}

}  // namespace

Answer getFleetLatest(Call& call) {
  const bool cbor = wantsCbor(call);
  auto latest = latestOf(call, cbor);
  if (!latest) co_return latest.error();
  // Put together here, where the states live; written down on a reading thread.
  std::function<Result<std::string>(HistoryReader&)> write =
      [latest = std::make_shared<const api::FleetLatest>(std::move(*latest)), cbor](HistoryReader&) {
        return Result<std::string>(cbor ? api::toPackedCbor(*latest) : api::toText(api::toJson(*latest)));
      };
  auto answer = readAndReply(call, std::move(write), cbor);
  co_return co_await std::move(answer);
}

}  // namespace carport::handlers
