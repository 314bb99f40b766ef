#pragma once

#include "ui/models/history_window.h"
#include "ui/models/time_navigator.h"
#include "ui/widgets/charts/chart_series.h"

#include <QChartView>
#include <QColor>
#include <QFont>
#include <QPointF>

#include <optional>
#include <vector>

class QAreaSeries;
class QLineSeries;
class QValueAxis;

namespace carport::ui {

/// The drawing part of a TimeChart: lines with their envelope of minimum and maximum on Qt Charts, and around them a
/// quiet grid, scales and the crosshair. Says how the hand wants to move; what is shown is decided by its owner. GUI
/// thread.
class PlotView : public QChartView {
  Q_OBJECT

 public:
  /// Most scales with figures; further units are read with the crosshair.
  static constexpr int kMaxScales = 3;

  explicit PlotView(QWidget* parent = nullptr);

  void setSeries(const std::vector<ChartSeries>& series);
  void setRange(const TimeRange& range);
  /// Fewer scales and figures, for a narrow drawer.
  void setCompact(bool compact);
  /// Width of the area with the lines, in pixels.
  int plotWidth() const;
  /// Colour of the line at `index`.
  QColor seriesColour(std::size_t index) const;
  /// The point of a series nearest in time to the crosshair; none without crosshair or points.
  std::optional<api::HistoryPoint> pointUnderCrosshair(std::size_t series) const;
  std::optional<TimePoint> crosshair() const { return m_crosshair; }
  void setCrosshair(std::optional<TimePoint> time);
  /// A moment set from outside, as by a time machine: a line through the plot; none takes it away.
  void setMoment(std::optional<TimePoint> moment);
  /// A stretch of time set from outside, shaded; none or an empty one takes it away.
  void setMarkedRange(std::optional<TimeRange> range);

 signals:
  /// By a share of the visible length, to later times where positive.
  void panned(double share);
  void zoomed(double factor, double anchor);
  /// The area with the lines has another size.
  void plotResized();
  void crosshairChanged();
  /// Back to what it showed first.
  void resetRequested();

 protected:
  void drawBackground(QPainter* painter, const QRectF& rect) override;
  void drawForeground(QPainter* painter, const QRectF& rect) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  /// One line with what belongs to it; Qt's parent-child ownership keeps the pieces.
  struct Line {
    ChartSeries data;
    QLineSeries* mean = nullptr;
    QLineSeries* upper = nullptr;
    QLineSeries* lower = nullptr;
    QAreaSeries* band = nullptr;
    std::size_t scale = 0;
  };
  struct Scale {
    QString unit;
    ValueScale values;
    QValueAxis* axis = nullptr;
    std::vector<std::size_t> lines;
  };

  void rebuildLines(const std::vector<ChartSeries>& series);
  void fill(Line& line);
  void rescale();
  void recolour();
  void layoutPlot();
  int shownScales() const;
  double xOf(TimePoint time) const;
  double yOf(const Scale& scale, double value) const;
  TimePoint timeAt(double x) const;
  QColor scaleColour(const Scale& scale) const;
  void paintTimeScale(QPainter& painter) const;
  void paintValueScales(QPainter& painter) const;
  void paintCrosshair(QPainter& painter) const;
  void paintMoment(QPainter& painter) const;

  std::vector<Line> m_lines;
  std::vector<Scale> m_scales;
  QValueAxis* m_timeAxis = nullptr;
  TimeRange m_range;
  std::optional<TimePoint> m_crosshair;
  std::optional<TimePoint> m_moment;
  std::optional<TimeRange> m_markedRange;
  std::optional<QPointF> m_dragFrom;
  bool m_compact = false;
};

}  // namespace carport::ui
