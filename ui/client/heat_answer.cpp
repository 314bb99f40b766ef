#include "ui/client/heat_answer.h"

#include "ui/client/cbor_answer.h"
#include "ui/client/client_errc.h"

#include <QtEndian>

#include <cmath>

namespace carport::ui::answers {

namespace {

/// The year 9999.
constexpr std::int64_t kLatestHeatMs = 253'402'300'799'999;

/// A whole number from 0 to `most`; -1 where it is none.
std::int64_t heatNumber(const QCborMap& map, const char* key, std::int64_t most) {
  const QCborValue value = map.value(QLatin1String(key));
  return value.isInteger() && value.toInteger() >= 0 && value.toInteger() <= most ? value.toInteger() : -1;
}

}  // namespace

Result<api::FleetHeat> fleetHeat(const HttpAnswer& answer) {
  const QCborMap map = cborMapOf(answer);
  const std::int64_t level = heatNumber(map, "level", api::kMaxHeatLevel);
  const std::int64_t cells = level < 0 ? 0 : std::int64_t{1} << level;
  const std::int64_t column = heatNumber(map, "column", cells - 1), row = heatNumber(map, "row", cells - 1);
  const std::int64_t columns = heatNumber(map, "columns", api::kMaxHeatSide);
  const std::int64_t rows = heatNumber(map, "rows", api::kMaxHeatSide);
  const std::int64_t from = heatNumber(map, "from", kLatestHeatMs), to = heatNumber(map, "to", kLatestHeatMs);
  const std::int64_t resolution = heatNumber(map, "resolutionMs", api::kMaxHeatRange.count());
  const std::int64_t cars = heatNumber(map, "cars", std::int64_t{UINT32_MAX});
  const bool isSound = level >= 0 && column >= 0 && row >= 0 && columns > 0 && rows > 0 && from >= 0 && to >= from &&
                       resolution >= 0 && cars >= 0;
  const QByteArray bytes = map.value(QLatin1String("seconds")).toByteArray();
  if (!isSound || bytes.size() != columns * rows * qsizetype(sizeof(float))) return fail(ClientErrc::unreadableAnswer);
  api::FleetHeat heat;
  heat.from = fromMs(from);
  heat.to = fromMs(to);
  heat.grid = {int(level), std::uint32_t(column), std::uint32_t(row), std::uint32_t(columns), std::uint32_t(rows)};
  heat.resolution = Milliseconds(resolution);
  heat.cars = static_cast<std::uint32_t>(cars);
  heat.seconds.resize(heat.grid.size());
  for (std::size_t i = 0; i < heat.seconds.size(); ++i) {
    heat.seconds[i] = qFromLittleEndian<float>(bytes.constData() + i * sizeof(float));
    if (!std::isfinite(heat.seconds[i]) || heat.seconds[i] < 0) return fail(ClientErrc::unreadableAnswer);
    heat.total += double(heat.seconds[i]);
  }
  return heat;
}

}  // namespace carport::ui::answers
