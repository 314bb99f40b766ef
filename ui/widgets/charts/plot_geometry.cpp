#include "ui/widgets/charts/plot_geometry.h"

#include "ui/widgets/style/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace carport::ui {

namespace {

constexpr int kLowPlot = 160;
constexpr int kPlotFlagWidth = 14;

/// A line of an earlier period goes by the scale of the one that it is compared with, where that is seen.
bool followsAnother(PlotGeometry& geometry, const PlotScene& scene, std::size_t index) {
  const auto other = scene.series[index].earlierOf;
  if (!other || *other >= index || scene.series[*other].isHidden) return false;
  geometry.scaleOf[index] = geometry.scaleOf[*other];
  geometry.scales[geometry.scaleOf[index]].lines.push_back(index);
  return true;
}

void addToScales(PlotGeometry& geometry, const ChartSeries& series, std::size_t index) {
  // What has no unit has an axis of its own: two unknown figures need not be of a kind.
  auto known = std::find_if(geometry.scales.begin(), geometry.scales.end(), [&](const PlotScale& scale) {
    return scale.unit == series.unit && !series.unit.isEmpty();
  });
  if (known == geometry.scales.end()) known = geometry.scales.insert(known, PlotScale{series.unit, {}, {}});
  known->lines.push_back(index);
  geometry.scaleOf[index] = std::size_t(known - geometry.scales.begin());
}

ValueScale scaleFor(const PlotScale& scale, const PlotScene& scene, int steps) {
  double min = std::numeric_limits<double>::infinity();
  double max = -min;
  for (const std::size_t line : scale.lines) {
    for (const api::HistoryPoint& point : scene.series[line].points) {
      if (!std::isfinite(point.min) || !std::isfinite(point.max)) continue;
      min = std::min(min, point.min);
      max = std::max(max, point.max);
    }
  }
  return valueScale(min, max, steps);
}

}  // namespace

int PlotGeometry::scaleWidth() {
  return scaled(48);
}
int PlotGeometry::topHeight() {
  return std::max(kFlagHeight + 6, scaled(22));
}
int PlotGeometry::timeHeight() {
  return scaled(24);
}

PlotGeometry PlotGeometry::of(const PlotScene& scene) {
  PlotGeometry geometry;
  geometry.range = scene.range;
  const double left = std::max(1, scene.leftScales) * scaleWidth();
  const double right = scene.rightScales > 0 ? scene.rightScales * scaleWidth() : space::kInside;
  const double bottom = scene.hasTimeScale ? timeHeight() : space::kInside;
  geometry.area = QRectF(left, topHeight(), std::max(1.0, scene.size.width() - left - right),
                         std::max(1.0, scene.size.height() - topHeight() - bottom));
  geometry.scaleOf.resize(scene.series.size());
  for (std::size_t i = 0; i < scene.series.size(); ++i) {
    if (scene.series[i].isHidden || followsAnother(geometry, scene, i)) continue;
    addToScales(geometry, scene.series[i], i);
  }
  const int steps = geometry.area.height() < kLowPlot ? 3 : 5;
  for (PlotScale& scale : geometry.scales) scale.values = scaleFor(scale, scene, steps);
  geometry.shownScales = std::min({int(geometry.scales.size()), scene.maxScales, kMaxScales});
  return geometry;
}

double PlotGeometry::xOf(TimePoint time) const {
  return area.left() + area.width() * double((time - range.from).count()) / double(range.length().count());
}

double PlotGeometry::yOf(const PlotScale& scale, double value) const {
  return area.bottom() - area.height() * (value - scale.values.low) / (scale.values.high() - scale.values.low);
}

TimePoint PlotGeometry::timeAt(double x) const {
  return range.from + Milliseconds(std::llround((x - area.left()) / area.width() * double(range.length().count())));
}

QRectF PlotGeometry::flagOf(const PlotNote& note) const {
  const double x = std::clamp(xOf(note.from), area.left(), area.right() - kPlotFlagWidth);
  return {x, area.top() - kFlagHeight, double(kPlotFlagWidth), double(kFlagHeight)};
}

}  // namespace carport::ui
