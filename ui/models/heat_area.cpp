#include "ui/models/heat_area.h"

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace carport::ui {

namespace {

/// A cell is 4 to 8 pixels wide: 2^6 cells to the 256 pixels of a tile.
constexpr int kLevelsOverZoom = 6;
/// Of the view's size, at each side.
constexpr double kHeatMargin = 0.3;
/// Grids begin at whole numbers of so many cells, so that nearly the same view asks for the same cells.
constexpr std::int64_t kHeatAlign = 16;
constexpr double kLeastPart = 0.30, kMostPart = 0.995;  // of the cells with any time, that the scale spans
/// Most times that the much is of the little: what cars only crossed in between two places is not to look like a
/// street.
constexpr double kMostTimes = 1e3;

/// Round times, seconds.
constexpr std::array kRoundTimes{1.0,       3.0,       10.0,       30.0,       60.0,       180.0,    600.0,
                                 1800.0,    3600.0,    10800.0,    36000.0,    86400.0,    259200.0, 864000.0,
                                 2592000.0, 8640000.0, 31536000.0, 94608000.0, 315360000.0};

struct HeatCellRange {
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::int64_t count() const { return last - first + 1; }
};

HeatCellRange cellsOf(double from, double to, double cells) {
  return {static_cast<std::int64_t>(std::floor(from * cells)), static_cast<std::int64_t>(std::floor(to * cells))};
}

/// The finest level of which a view has few enough cells.
int heatLevelOf(const MapViewport& viewport) {
  const QRectF rect = viewport.worldRect();
  int level = std::clamp(int(std::floor(viewport.zoom())) + kLevelsOverZoom, 0, api::kMaxHeatLevel);
  const double side = std::max(rect.width(), rect.height());
  while (level > 0 && side * std::ldexp(1.0, level) + 2 > double(api::kMaxHeatSide)) --level;
  return level;
}

/// With a margin around it, as far as there is room for one.
HeatCellRange widened(HeatCellRange seen) {
  const auto most = std::int64_t{api::kMaxHeatSide};
  const auto margin =
      std::min(static_cast<std::int64_t>(double(seen.count()) * kHeatMargin), (most - seen.count()) / 2);
  HeatCellRange wide{seen.first - margin, seen.last + margin};
  const auto floorTo = [](std::int64_t value) { return (value - (((value % kHeatAlign) + kHeatAlign) % kHeatAlign)); };
  const HeatCellRange aligned{floorTo(wide.first), floorTo(wide.last) + kHeatAlign - 1};
  return aligned.count() <= most ? aligned : wide;
}

}  // namespace

api::HeatGrid heatGridFor(const MapViewport& viewport) {
  const int level = heatLevelOf(viewport);
  const std::int64_t cells = std::int64_t{1} << level;
  const QRectF rect = viewport.worldRect();
  const HeatCellRange across = widened(cellsOf(rect.left(), rect.right(), double(cells)));
  HeatCellRange down = widened(cellsOf(rect.top(), rect.bottom(), double(cells)));
  down = {std::clamp<std::int64_t>(down.first, 0, cells - 1), std::clamp<std::int64_t>(down.last, 0, cells - 1)};
  const bool isWholeWorld = across.count() >= cells;
  api::HeatGrid grid;
  grid.level = level;
  grid.column = isWholeWorld ? 0 : static_cast<std::uint32_t>(((across.first % cells) + cells) % cells);
  grid.columns = static_cast<std::uint32_t>(isWholeWorld ? cells : across.count());
  grid.row = static_cast<std::uint32_t>(down.first);
  grid.rows = static_cast<std::uint32_t>(down.count());
  return grid;
}

bool heatCovers(const api::HeatGrid& grid, const MapViewport& viewport) {
  if (grid.level != heatLevelOf(viewport)) return false;
  const std::int64_t cells = std::int64_t{1} << grid.level;
  const QRectF rect = viewport.worldRect();
  const HeatCellRange across = cellsOf(rect.left(), rect.right(), double(cells));
  HeatCellRange down = cellsOf(rect.top(), rect.bottom(), double(cells));
  down = {std::clamp<std::int64_t>(down.first, 0, cells - 1), std::clamp<std::int64_t>(down.last, 0, cells - 1)};
  if (down.first < grid.row || down.last >= std::int64_t{grid.row} + grid.rows) return false;
  if (grid.columns >= cells) return true;
  const std::int64_t before = (((across.first - grid.column) % cells) + cells) % cells;
  return before + across.count() <= grid.columns;
}

QRectF worldRectOf(const api::HeatGrid& grid) {
  const double cell = std::ldexp(1.0, -grid.level);
  return {grid.column * cell, grid.row * cell, grid.columns * cell, grid.rows * cell};
}

double cellMetres(const api::HeatGrid& grid) {
  const double middle = worldRectOf(grid).center().y();
  return std::ldexp(kEquatorMetres, -grid.level) / std::cosh(std::numbers::pi * (1 - 2 * middle));
}

TimeRange heatRange(HeatPeriod period, TimePoint now, const TimeRange& slider) {
  using std::chrono::hours;
  TimeRange range{now - hours(24), now};
  if (period == HeatPeriod::lastHour) range.from = now - hours(1);
  if (period == HeatPeriod::lastWeek) range.from = now - hours(7 * 24);
  if (period == HeatPeriod::today) {
    const QDate day = QDateTime::fromMSecsSinceEpoch(toMs(now)).date();
    range.from = fromMs(day.startOfDay().toMSecsSinceEpoch());
  }
  if (period == HeatPeriod::slider && !slider.isEmpty()) range = {slider.from, std::min(slider.to, now)};
  if (range.length() > api::kMaxHeatRange) range.from = range.to - api::kMaxHeatRange;
  return range;
}

QString heatPeriodText(HeatPeriod period) {
  const auto say = [](const char* text) { return QCoreApplication::translate("heat", text); };
  switch (period) {
    case HeatPeriod::lastHour:
      return say(QT_TRANSLATE_NOOP("heat", "Last hour"));
    case HeatPeriod::today:
      return say(QT_TRANSLATE_NOOP("heat", "Today"));
    case HeatPeriod::lastDay:
      return say(QT_TRANSLATE_NOOP("heat", "Last 24 hours"));
    case HeatPeriod::lastWeek:
      return say(QT_TRANSLATE_NOOP("heat", "Last 7 days"));
    case HeatPeriod::slider:
      return say(QT_TRANSLATE_NOOP("heat", "What the time slider shows"));
  }
  return {};
}

double HeatScale::part(double seconds) const {
  if (!(seconds > low)) return 0;
  return std::min(std::log(seconds / low) / std::log(high / low), 1.0);
}

HeatScale heatScaleFor(std::span<const float> seconds) {
  std::vector<float> some;
  for (const float one : seconds) {
    if (one > 0) some.push_back(one);
  }
  if (some.empty()) return {};
  const auto at = [&](double part) {
    const auto place = some.begin() + std::ptrdiff_t(double(some.size() - 1) * part);
    std::nth_element(some.begin(), place, some.end());
    return double(*place);
  };
  const double most = at(kMostPart), least = std::max(at(kLeastPart), most / kMostTimes);
  const auto high = std::lower_bound(kRoundTimes.begin() + 2, kRoundTimes.end() - 1, most);
  const auto low = std::upper_bound(kRoundTimes.begin(), high - 1, least);
  return {low == kRoundTimes.begin() ? *low : *(low - 1), *high};
}

std::vector<double> heatTicks(const HeatScale& scale) {
  std::vector<double> ticks;
  for (const double time : kRoundTimes) {
    if (time >= scale.low && time <= scale.high) ticks.push_back(time);
  }
  return ticks;
}

}  // namespace carport::ui
