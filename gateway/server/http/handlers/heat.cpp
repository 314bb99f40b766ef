#include "gateway/api/heat.h"

#include "gateway/server/http/handlers/cbor_reply.h"
#include "gateway/server/http/handlers/handlers.h"
#include "gateway/server/http/handlers/viewed_cars.h"

#include <algorithm>

namespace carport::handlers {

namespace {

constexpr Milliseconds kDefaultHeatPeriod = std::chrono::hours(24);
/// The year 9999: what lies behind it is a mistake.
constexpr std::int64_t kLastHeatMs = 253'402'300'799'999;

Asked<api::HeatGrid> readGrid(const Call& call) {
  const auto level = call.integer("level", 0, api::kMaxHeatLevel, 0);
  if (!level) return refuse(level.error());
  const auto text = call.parameter("bbox");
  const auto box = text ? api::parseGeoBox(*text) : std::nullopt;
  if (!box) {
    return refuse(replyWrongParameter(
        "bbox", "Say which area: bbox=WEST,SOUTH,EAST,NORTH in degrees, such as bbox=7.40,43.72,7.45,43.76"));
  }
  const auto grid = api::HeatGrid::of(*box, static_cast<int>(*level));
  if (grid) return *grid;
  return refuse(replyWrongParameter(
      "level", fmt::format("The area has more than {0} by {0} cells of this level; ask for a lower one, or for less",
                           api::kMaxHeatSide)));
}

Asked<api::FleetHeatQuery> readHeat(Call& call) {
  api::FleetHeatQuery query;
  const auto to = call.integer("to", 0, kLastHeatMs, toMs(call.now()));
  if (!to) return refuse(to.error());
  const auto from = call.integer("from", 0, kLastHeatMs,
                                 std::max(*to - std::int64_t{kDefaultHeatPeriod / Milliseconds(1)}, std::int64_t{0}));
  if (!from) return refuse(from.error());
  if (*from > *to) return refuse(replyWrongParameter("from", "The parameter 'from' lies behind 'to'"));
  if (*to - *from > api::kMaxHeatRange.count()) {
    return refuse(
        replyWrongParameter("from", fmt::format("Ask for at most {} ms at once", api::kMaxHeatRange.count())));
  }
  const auto grid = readGrid(call);
  if (!grid) return refuse(grid.error());
  auto cars = viewedCars(call);
  if (!cars) return refuse(cars.error());
  query.cars = std::move(*cars);
  query.from = fromMs(*from);
  // Where a car will be while its newest place still holds nobody knows.
  query.to = std::max(query.from, std::min(fromMs(*to), call.now()));
  query.grid = *grid;
  return query;
}

/// Of no time at all.
api::FleetHeat noHeat(const api::FleetHeatQuery& query) {
  api::FleetHeat heat{query.from, query.to, query.grid, {}, {}, 0, 0};
  heat.seconds.resize(query.grid.size());
  return heat;
}

}  // namespace

Answer getFleetHeat(Call& call) {
  auto query = readHeat(call);
  if (!query) co_return query.error();
  const bool cbor = wantsCbor(call);
  std::function<Result<std::string>(HistoryReader&)> read = [wanted = *std::move(query),
                                                             cbor](HistoryReader& reader) -> Result<std::string> {
    const auto heat = wanted.from == wanted.to ? Result<api::FleetHeat>(noHeat(wanted)) : reader.fleetHeat(wanted);
    if (!heat) return failFrom(heat);
    return cbor ? api::toPackedCbor(*heat) : api::toText(api::toJson(*heat));
  };
  auto answer = readAndReply(call, std::move(read), cbor);
  co_return co_await std::move(answer);
}

}  // namespace carport::handlers
