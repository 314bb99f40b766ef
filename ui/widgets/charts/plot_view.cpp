#include "ui/widgets/charts/plot_view.h"

#include "ui/models/plot_series_model.h"
#include "ui/widgets/charts/plot_painter.h"
#include "ui/widgets/style/theme.h"

#include <QPainter>

#include <algorithm>
#include <utility>

namespace carport::ui {

namespace {
constexpr int kPlotMinHeight = 96;
constexpr int kPlotCompactScales = 2;
}  // namespace

PlotView::PlotView(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setCursor(Qt::CrossCursor);
  setAccessibleName(tr("Plot over time"));
  setAccessibleDescription(tr(
      "Left and right move, plus and minus zoom, Home shows everything, End the present, comma and full stop move the "
      "cursor, N writes a note, C compares with an earlier period."));
  setMinimumHeight(kPlotMinHeight);
  m_scene.size = size();
  m_geometry = PlotGeometry::of(m_scene);
}

void PlotView::setCompact(bool compact) {
  m_scene.maxScales = compact ? kPlotCompactScales : PlotGeometry::kMaxScales;
  refresh();
}

void PlotView::setFrame(int leftScales, int rightScales, bool hasTimeScale) {
  if (m_scene.leftScales == leftScales && m_scene.rightScales == rightScales && m_scene.hasTimeScale == hasTimeScale) {
    return;
  }
  m_scene.leftScales = leftScales;
  m_scene.rightScales = rightScales;
  m_scene.hasTimeScale = hasTimeScale;
  refresh();
}

void PlotView::setSeries(std::vector<ChartSeries> series) {
  m_scene.series = std::move(series);
  QStringList names;
  for (const ChartSeries& line : m_scene.series) names.append(line.name);
  setAccessibleName(names.isEmpty() ? tr("Plot over time") : tr("Plot over time of %1").arg(names.join(", ")));
  refresh();
}

void PlotView::setRange(const TimeRange& range) {
  if (range == m_scene.range || range.isEmpty()) return;
  m_scene.range = range;
  refresh();
}

void PlotView::setNotes(std::vector<PlotNote> notes) {
  if (notes == m_scene.notes) return;
  m_scene.notes = std::move(notes);
  redraw();
}

void PlotView::setMoment(std::optional<TimePoint> moment) {
  if (moment == m_scene.moment) return;
  m_scene.moment = moment;
  redraw();
}

void PlotView::setMarkedRange(std::optional<TimeRange> range) {
  if (range == m_scene.markedRange) return;
  m_scene.markedRange = range;
  redraw();
}

void PlotView::setCrosshair(std::optional<TimePoint> time) {
  if (time == m_crosshair) return;
  m_crosshair = time;
  update();
}

void PlotView::moveCrosshair(std::optional<TimePoint> time) {
  if (time == m_crosshair) return;
  setCrosshair(time);
  emit crosshairMoved(time);
}

QColor PlotView::seriesColour(std::size_t index) const {
  return plotColour(themeOf(*this), m_scene.series[index], index);
}

std::optional<api::HistoryPoint> PlotView::pointUnderCrosshair(std::size_t series) const {
  if (!m_crosshair || series >= m_scene.series.size()) return std::nullopt;
  return nearestPoint(m_scene.series[series].points, *m_crosshair);
}

void PlotView::refresh() {
  const QRectF before = m_geometry.area;
  m_scene.size = size();
  m_geometry = PlotGeometry::of(m_scene);
  redraw();
  if (m_geometry.area != before) emit plotResized();
}

void PlotView::redraw() {
  m_isStale = true;
  update();
}

void PlotView::paintPicture(const PlotPainter& plot, const Theme& theme) {
  // Memory that is used again needs no new pages from the system, which cost as much as the lines.
  const QSize wanted = size() * devicePixelRatioF();
  if (m_picture.size() != wanted) m_picture = QPixmap(wanted);
  m_picture.setDevicePixelRatio(devicePixelRatioF());
  m_picture.fill(theme.surface);
  QPainter painter(&m_picture);
  plot.paintScales(painter);
  plot.paintLines(painter);
  plot.paintMarks(painter);
  m_isStale = false;
}

void PlotView::paintEvent(QPaintEvent*) {
  const Theme& theme = themeOf(*this);
  const PlotPainter plot(m_scene, m_geometry, theme, &m_raster);
  if (m_isStale || m_picture.devicePixelRatio() != devicePixelRatioF()) paintPicture(plot, theme);
  QPainter painter(this);
  painter.drawPixmap(0, 0, m_picture);
  if (m_stretchFrom && m_crosshair) {
    const double from = m_geometry.xOf(*m_stretchFrom);
    const double to = m_geometry.xOf(*m_crosshair);
    QColor shade = theme.accent;
    shade.setAlphaF(0.18F);
    const QRectF& area = m_geometry.area;
    painter.fillRect(QRectF(QPointF(std::min(from, to), area.top()), QPointF(std::max(from, to), area.bottom())),
                     shade);
  }
  if (m_crosshair && !m_scene.range.isEmpty()) plot.paintCrosshair(painter, *m_crosshair);
  if (!hasFocus()) return;
  // The keyboard is here.
  painter.setPen(QPen(theme.accent, 2));
  painter.drawLine(m_geometry.area.bottomLeft(), m_geometry.area.bottomRight());
}

const PlotNote* PlotView::noteAt(const QPointF& position) const {
  const PlotNote* found = nullptr;
  for (const PlotNote& note : m_scene.notes) {
    if (m_geometry.shows(note) && m_geometry.flagOf(note).adjusted(-2, 0, 2, 0).contains(position)) found = &note;
  }
  return found;
}

}  // namespace carport::ui
