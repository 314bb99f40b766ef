#pragma once

#include "ui/widgets/charts/plot_geometry.h"
#include "ui/widgets/style/theme.h"

#include <QColor>

class QPainter;

namespace carport::ui {

class PlotRaster;

/// The colour of the series at `index` of a scene.
QColor plotColour(const Theme& theme, const ChartSeries& series, std::size_t index);

/// Draws a plot in parts: what stays (grid, scales, lines), what changes seldom (notes, the moment) and what follows
/// the hand (crosshair). Made for one painting; what it is given outlives it.
class PlotPainter {
 public:
  /// With a `raster` lines are pixels; without one they are paths, as a vector file wants them.
  PlotPainter(const PlotScene& scene, const PlotGeometry& geometry, const Theme& theme, PlotRaster* raster = nullptr);

  void paintScales(QPainter& painter) const;
  /// Lines with the envelope of lowest and highest; where nothing was heard for long they are dashed and pale.
  void paintLines(QPainter& painter) const;
  void paintMarks(QPainter& painter) const;
  /// The line at `time`, and a dot on each line at its nearest point.
  void paintCrosshair(QPainter& painter, TimePoint time) const;

 private:
  void paintTimeScale(QPainter& painter) const;
  void paintGrid(QPainter& painter) const;
  void paintValueScale(QPainter& painter, int index) const;
  void paintBand(QPainter& painter, const ChartSeries& series, const PlotScale& scale, QColor colour) const;
  /// The band of a series with a point in nearly every pixel, into the raster.
  void fillColumns(const std::vector<api::HistoryPoint>& points, const PlotScale& scale, const QColor& colour) const;
  /// Points that are joined, with the painter's pen.
  void paintRun(QPainter& painter, const std::vector<QPointF>& run) const;
  /// A thin line in dashes that stay with their time while the view moves.
  void paintEarlier(QPainter& painter, const ChartSeries& series, const PlotScale& scale, const QColor& colour) const;
  void paintLine(QPainter& painter, const ChartSeries& series, const PlotScale& scale, const QColor& colour) const;
  void paintNote(QPainter& painter, const PlotNote& note) const;
  QColor scaleColour(const PlotScale& scale) const;

  const PlotScene& m_scene;
  const PlotGeometry& m_geometry;
  const Theme& m_theme;
  PlotRaster* m_raster;
};

}  // namespace carport::ui
