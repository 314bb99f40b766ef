#pragma once

#include "ui/widgets/charts/plot_geometry.h"
#include "ui/widgets/charts/plot_raster.h"

#include <QColor>
#include <QPixmap>
#include <QPointF>
#include <QWidget>

#include <optional>
#include <vector>

namespace carport::ui {

class PlotPainter;
struct Theme;

/// The drawing part of a TimeChart: one plot with its scales, lines, notes, the moment and the crosshair. Says how the
/// hand wants to move; what is shown is decided by its owner. The lines are kept as a picture, so that the crosshair
/// costs next to nothing. GUI thread.
class PlotView : public QWidget {
  Q_OBJECT

 public:
  explicit PlotView(QWidget* parent = nullptr);

  void setSeries(std::vector<ChartSeries> series);
  void setRange(const TimeRange& range);
  void setNotes(std::vector<PlotNote> notes);
  /// Fewer scales, for a narrow drawer.
  void setCompact(bool compact);
  /// Room for so many scales on either side, and whether the time stands below.
  void setFrame(int leftScales, int rightScales, bool hasTimeScale);
  /// Scales that have to be shown, left and right.
  int leftScales() const { return (m_geometry.shownScales + 1) / 2; }
  int rightScales() const { return m_geometry.shownScales / 2; }
  /// The area with the lines.
  QRectF plotArea() const { return m_geometry.area; }
  int plotWidth() const { return int(m_geometry.area.width()); }
  const PlotGeometry& geometryOfPlot() const { return m_geometry; }
  const PlotScene& scene() const { return m_scene; }
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
  /// The crosshair was moved by hand.
  void crosshairMoved(std::optional<carport::TimePoint> time);
  /// Back to what it showed first.
  void resetRequested();
  /// The beginning of what is stored, and the present.
  void startRequested();
  void endRequested();
  /// A stretch was marked by Shift and the left button, or a menu is wanted at a moment (then both ends are the same).
  void menuRequested(const carport::ui::TimeRange& stretch, const QPoint& globalPosition);
  /// What to compare with is wanted.
  void compareRequested();
  /// A note is wanted at the crosshair, or in the middle where there is none.
  void noteRequested(carport::TimePoint time);
  void noteActivated(const QString& noteId, const QPoint& globalPosition);

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void refresh();
  void redraw();
  void paintPicture(const PlotPainter& plot, const Theme& theme);
  void moveCrosshair(std::optional<TimePoint> time);
  void stepCrosshair(int pixels);
  void endStretch(const QPointF& position);
  const PlotNote* noteAt(const QPointF& position) const;

  PlotScene m_scene;
  PlotGeometry m_geometry;
  QPixmap m_picture;      ///< scales, lines and marks
  bool m_isStale = true;  ///< the picture has to be drawn anew
  PlotRaster m_raster;
  std::optional<TimePoint> m_crosshair;
  std::optional<QPointF> m_dragFrom;
  std::optional<TimePoint> m_stretchFrom;  ///< where Shift and the left button went down
};

}  // namespace carport::ui
