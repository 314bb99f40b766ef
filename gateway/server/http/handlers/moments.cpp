#include "gateway/api/moments.h"

#include "gateway/domain/live_states.h"
#include "gateway/server/http/handlers/cbor_reply.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/viewed_cars.h"

#include <algorithm>
#include <array>

namespace carport::handlers {

namespace {

/// The year 9999: what lies behind it is a mistake.
constexpr std::int64_t kLastMomentMs = 253'402'300'799'999;
/// A car's samples are looked for in windows that grow; the first with samples has its values.
constexpr std::array kWindows{std::chrono::hours(1), std::chrono::hours(6), std::chrono::hours(24),
                              std::chrono::hours(7 * 24)};
static_assert(kWindows.back() >= api::kMaxMomentLookBack);

Asked<Milliseconds> readLookBack(const Call& call) {
  const auto lookBack =
      call.integer("lookBackMs", 0, api::kMaxMomentLookBack.count(), Milliseconds(api::kMomentLookBack).count());
  if (!lookBack) return refuse(lookBack.error());
  return Milliseconds(*lookBack);
}

Asked<api::FleetMomentsQuery> readMoments(Call& call) {
  const auto from = call.integer("from", 0, kLastMomentMs, toMs(call.now()));
  if (!from) return refuse(from.error());
  const auto to = call.integer("to", 0, kLastMomentMs, *from);
  if (!to) return refuse(to.error());
  if (*from > *to) return refuse(replyWrongParameter("from", "The parameter 'from' lies behind 'to'"));
  if (*to - *from > api::kMaxMomentsRange.count()) {
    return refuse(
        replyWrongParameter("to", fmt::format("Ask for at most {} ms at once, and for what follows with another call",
                                              api::kMaxMomentsRange.count())));
  }
  const auto step = call.integer("stepMs", api::kShortestMomentStep.count(), api::kLongestMomentStep.count(), 1000);
  if (!step) return refuse(step.error());
  const auto lookBack = readLookBack(call);
  if (!lookBack) return refuse(lookBack.error());
  auto cars = viewedCars(call);
  if (!cars) return refuse(cars.error());
  api::FleetMomentsQuery query;
  query.cars = std::move(*cars);
  query.from = fromMs(*from);
  query.to = fromMs(*to);
  query.step = Milliseconds(*step);
  query.lookBack = *lookBack;
  return query;
}

/// The numbers of `cars` as the caller is told them, in the same order; empty where they are the gateway's own.
std::vector<PrincipalNumber> toldNumbers(const Call& call, const std::vector<PrincipalNumber>& cars) {
  std::vector<PrincipalNumber> told;
  if (!call.numbers().areEnciphered()) return told;
  told.reserve(cars.size());
  for (const PrincipalNumber car : cars) told.push_back(call.numbers().told(car));
  return told;
}

void tellNumbers(api::FleetMoments& moments, const std::vector<PrincipalNumber>& cars,
                 const std::vector<PrincipalNumber>& told) {
  if (told.empty()) return;
  for (api::CarPosition& fix : moments.fixes) {
    const auto place = std::lower_bound(cars.begin(), cars.end(), fix.car) - cars.begin();
    fix.car = told[static_cast<std::size_t>(place)];
  }
}

/// A row by itself, as if it had arrived when it was measured: what a car is doing is told by its own clock here.
SampleBatch asOfThen(const SampleBatch& batch, const SampleBatch::Row& row) {
  SampleBatch one;
  one.beginRow(row.car, row.time, row.time);
  for (const MetricValue& value : batch.metrics(row)) one.addMetric(value.metric, value.value);
  for (const NamedAttribute& value : batch.attributes(row)) one.addAttribute(value.name, value.value);
  return one;
}

Result<void> addEvents(HistoryReader& reader, PrincipalNumber car, TimePoint at, LiveStates& states) {
  EventQuery query;
  query.car = car;
  query.from = at - api::kMomentAlarmLookBack;
  query.to = at + Milliseconds(1);
  query.limit = EventQuery::kMaxLimit;
  auto events = reader.events(query);
  if (!events) return failFrom(events);
  for (auto event = events->rbegin(); event != events->rend(); ++event) {
    event->arrival = event->time;
    states.apply(*event);
  }
  return {};
}

/// What the car was doing, put together from its samples as live states are; none where it was not heard of.
Result<std::optional<api::CarState>> stateAt(HistoryReader& reader, const MetricNames& names, PrincipalNumber car,
                                             TimePoint at, Milliseconds lookBack) {
  LiveStates states(names);
  bool found = false;
  TimePoint end = at + Milliseconds(1);
  for (const Milliseconds window : kWindows) {
    const TimePoint begin = std::max(at - window, at - lookBack);
    const auto read = reader.visitSamples(car, begin, end, [&](const SampleBatch& batch, const SampleBatch::Row& row) {
      states.apply(asOfThen(batch, row));
      found = true;
      return true;
    });
    if (!read) return failFrom(read);
    if (found || window >= lookBack) break;
    end = begin;
  }
  if (!found) return std::optional<api::CarState>();
  if (const auto added = addEvents(reader, car, at, states); !added) return failFrom(added);
  states.advance(at);
  api::CarState state = *states.find(car);
  state.position.connected = at - state.position.time <= api::kSilentAfter;
  return std::optional(std::move(state));
}

}  // namespace

Answer getFleetMoments(Call& call) {
  auto query = readMoments(call);
  if (!query) co_return query.error();
  const bool cbor = wantsCbor(call);
  query->maxFixes = cbor ? api::kMaxPackedMoments : api::kMaxMomentRows;
  const auto told = toldNumbers(call, query->cars);
  std::function<Result<std::string>(HistoryReader&)> read = [wanted = *query, told,
                                                             cbor](HistoryReader& reader) -> Result<std::string> {
    auto moments = reader.fleetMoments(wanted);
    if (!moments) return failFrom(moments);
    tellNumbers(*moments, wanted.cars, told);
    return cbor ? api::toPackedCbor(*moments) : api::toText(api::toJson(*moments));
  };
  auto answer = readAndReply(call, std::move(read), cbor);
  co_return co_await std::move(answer);
}

Answer getCarMoment(Call& call) {
  const auto car = call.car(api::Action::view);
  if (!car) co_return car.error();
  const auto at = call.integer("at", 0, kLastMomentMs, toMs(call.now()));
  if (!at) co_return at.error();
  const auto lookBack = readLookBack(call);
  if (!lookBack) co_return lookBack.error();
  using Found = std::optional<api::CarState>;
  std::function<Result<Found>(HistoryReader&)> read =
      [&names = call.control.parts.names, number = car->number, moment = fromMs(*at),
       lookBack = *lookBack](HistoryReader& reader) { return stateAt(reader, names, number, moment, lookBack); };
  auto reading = call.read<Found>(std::move(read));
  const Result<Found> state = co_await std::move(reading);
  if (!state) co_return replyFailure(state.error());
  nlohmann::json answer = {{"at", *at}};
  if (*state) answer["state"] = call.tell(**state);
  co_return replyOk(answer);
}

}  // namespace carport::handlers
