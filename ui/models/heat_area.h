#pragma once

#include "gateway/api/heat.h"
#include "ui/models/projection.h"
#include "ui/models/time_range.h"

#include <QString>

#include <span>
#include <vector>

namespace carport::ui {

/// The cells in which the time of cars is counted for a view: a few pixels wide, with some around what is seen, so that
/// a small move needs no others. Pure.
api::HeatGrid heatGridFor(const MapViewport& viewport);
/// Whether these cells are as fine as that view's, and all that it shows is in them.
bool heatCovers(const api::HeatGrid& grid, const MapViewport& viewport);
/// Where the cells lie on the world; x may reach beyond 1.
QRectF worldRectOf(const api::HeatGrid& grid);
/// Ground length of a cell's side in the middle of a grid.
double cellMetres(const api::HeatGrid& grid);

/// Of which time the map shows where the fleet was.
enum class HeatPeriod { lastHour, today, lastDay, lastWeek, slider };

/// The time that a period means at `now`; `slider`: what the time slider shows. At most api::kMaxHeatRange, the newest.
TimeRange heatRange(HeatPeriod period, TimePoint now, const TimeRange& slider);
/// "Last 24 hours"
QString heatPeriodText(HeatPeriod period);

/// From how little to how much time a cell's colour goes: by orders of magnitude, for at a depot cars stand for days
/// where they pass a corner in seconds. A plain value.
struct HeatScale {
  double low = 1;     ///< seconds
  double high = 100;  ///< seconds

  /// Where `seconds` lies, 0 (low or less) to 1 (high).
  double part(double seconds) const;
  bool operator==(const HeatScale&) const = default;
};
/// A scale with round ends for these cells, without the few that stand out.
HeatScale heatScaleFor(std::span<const float> seconds);
/// Round times along the scale, its ends among them: 1 s, 10 s, 1 min, …
std::vector<double> heatTicks(const HeatScale& scale);

}  // namespace carport::ui
