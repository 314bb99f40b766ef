#include "ui/widgets/charts/plot_painter.h"

#include "ui/models/plot_series_model.h"
#include "ui/widgets/style/metrics.h"

#include <QDateTime>
#include <QLocale>
#include <QPainter>
#include <QPolygonF>

#include <algorithm>
#include <cmath>

namespace carport::ui {

namespace {

constexpr int kPlotMinLabelWidth = 76;
constexpr double kPlotDot = 3.5;

/// A moment as a scale with this step writes it.
QString timeLabel(const QDateTime& time, Milliseconds step) {
  using namespace std::chrono_literals;
  if (step < 1min) return time.toString("HH:mm:ss");
  if (step < 24h) {
    return time.time() == QTime(0, 0) ? QLocale().toString(time, "d MMM") : time.toString("HH:mm");
  }
  return QLocale().toString(time, step < 8760h ? "d MMM" : "yyyy");
}

/// The first moment from `from` on that is a multiple of `step` in local time.
QDateTime firstTick(TimePoint from, Milliseconds step) {
  const QDateTime start = QDateTime::fromMSecsSinceEpoch(toMs(from));
  const qint64 offset = qint64(start.offsetFromUtc()) * 1000;
  const qint64 local = toMs(from) + offset;
  const qint64 ticks = local >= 0 ? (local + step.count() - 1) / step.count() : local / step.count();
  return QDateTime::fromMSecsSinceEpoch(ticks * step.count() - offset);
}

/// A value of a scale with as many decimals as its step has.
QString scaleLabel(double value, double step) {
  const int decimals = std::clamp(int(std::ceil(-std::log10(step) - 1e-9)), 0, 6);
  const bool halves = decimals == 0 && std::abs(step - std::round(step)) > 1e-9;
  if (std::abs(value) >= 1e7) return QLocale().toString(value, 'g', 3);
  return QLocale().toString(std::abs(value) < step * 1e-6 ? 0.0 : value, 'f', halves ? 1 : decimals);
}

}  // namespace

QColor plotColour(const Theme& theme, const ChartSeries& series, std::size_t index) {
  return theme.series[series.colour.value_or(index) % theme.series.size()];
}

PlotPainter::PlotPainter(const PlotScene& scene, const PlotGeometry& geometry, const Theme& theme, PlotRaster* raster)
    : m_scene(scene), m_geometry(geometry), m_theme(theme), m_raster(raster) {}

QColor PlotPainter::scaleColour(const PlotScale& scale) const {
  // With one line a scale, its colour says which; shared scales stay neutral. What it is compared with has its colour.
  const QColor first = plotColour(m_theme, m_scene.series[scale.lines.front()], scale.lines.front());
  const bool alone = std::all_of(scale.lines.begin(), scale.lines.end(), [&](std::size_t line) {
    return line == scale.lines.front() || m_scene.series[line].earlierOf == scale.lines.front();
  });
  return alone && m_geometry.scales.size() > 1 ? first : m_theme.textMuted;
}

void PlotPainter::paintScales(QPainter& painter) const {
  painter.save();
  painter.setFont(textFont(TextSize::small));
  painter.setRenderHint(QPainter::Antialiasing, false);
  paintTimeScale(painter);
  paintGrid(painter);
  for (int index = 0; index < m_geometry.shownScales; ++index) paintValueScale(painter, index);
  painter.restore();
}

void PlotPainter::paintTimeScale(QPainter& painter) const {
  if (m_geometry.range.isEmpty()) return;
  const QRectF& area = m_geometry.area;
  const Milliseconds step =
      timeStep(m_geometry.range.length(), std::max(1, int(area.width() / scaled(kPlotMinLabelWidth))));
  QDateTime tick = firstTick(m_geometry.range.from, step);
  for (int i = 0; i < 64; ++i, tick = tick.addMSecs(step.count())) {
    const TimePoint time = fromMs(tick.toMSecsSinceEpoch());
    if (time > m_geometry.range.to) break;
    const double x = std::round(m_geometry.xOf(time));
    painter.setPen(QPen(m_theme.line, 1));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    const int wide = scaled(kPlotMinLabelWidth);
    const QRectF label(x - wide / 2.0, area.bottom() + space::kTight, wide, scaled(16));
    if (!m_scene.hasTimeScale || label.right() > m_scene.size.width() || label.left() < 0) continue;
    painter.setPen(m_theme.textMuted);
    painter.drawText(label, Qt::AlignHCenter | Qt::AlignVCenter, timeLabel(tick, step));
  }
}

void PlotPainter::paintGrid(QPainter& painter) const {
  const QRectF& area = m_geometry.area;
  const int steps = m_geometry.scales.empty() ? 4 : m_geometry.scales.front().values.steps;
  for (int i = 0; i <= steps; ++i) {
    const double y = std::round(area.bottom() - area.height() * i / steps);
    painter.setPen(QPen(i == 0 ? m_theme.lineStrong : m_theme.line, 1));
    painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
  }
}

void PlotPainter::paintValueScale(QPainter& painter, int index) const {
  const PlotScale& scale = m_geometry.scales[std::size_t(index)];
  const bool isEmpty = std::all_of(scale.lines.begin(), scale.lines.end(),
                                   [this](std::size_t line) { return m_scene.series[line].points.empty(); });
  if (isEmpty) return;
  const QRectF& area = m_geometry.area;
  const bool left = index % 2 == 0;
  const double out = double(index / 2) * PlotGeometry::scaleWidth();
  const double width = PlotGeometry::scaleWidth() - space::kInside;
  const int line = scaled(16);
  const double edge = left ? area.left() - out - PlotGeometry::scaleWidth() : area.right() + out + space::kInside;
  const auto side = (left ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter;
  painter.setPen(scaleColour(scale));
  for (int i = 0; i <= scale.values.steps; ++i) {
    const double y = area.bottom() - area.height() * i / scale.values.steps;
    painter.drawText(QRectF(edge, y - line / 2.0, width, line), side,
                     scaleLabel(scale.values.low + scale.values.step * i, scale.values.step));
  }
  painter.drawText(QRectF(edge, 0, width, scaled(12)), side,
                   painter.fontMetrics().elidedText(scale.unit, Qt::ElideRight, int(width)));
}

void PlotPainter::paintMarks(QPainter& painter) const {
  const TimeRange& range = m_geometry.range;
  if (range.isEmpty()) return;
  const QRectF& area = m_geometry.area;
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing, false);
  if (m_scene.markedRange && m_scene.markedRange->from < range.to && m_scene.markedRange->to > range.from) {
    QColor shade = m_theme.accent;
    shade.setAlphaF(0.12F);
    const double left = std::max(area.left(), m_geometry.xOf(m_scene.markedRange->from));
    const double right = std::min(area.right(), m_geometry.xOf(m_scene.markedRange->to));
    painter.fillRect(QRectF(QPointF(left, area.top()), QPointF(right, area.bottom())), shade);
  }
  for (const PlotNote& note : m_scene.notes) {
    if (m_geometry.shows(note)) paintNote(painter, note);
  }
  if (m_scene.moment && *m_scene.moment >= range.from && *m_scene.moment <= range.to) {
    const double x = std::round(m_geometry.xOf(*m_scene.moment));
    painter.setPen(QPen(m_theme.accent, 2));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
  }
  painter.restore();
}

void PlotPainter::paintNote(QPainter& painter, const PlotNote& note) const {
  const QRectF& area = m_geometry.area;
  const QRectF flag = m_geometry.flagOf(note);
  painter.setRenderHint(QPainter::Antialiasing, false);
  if (!note.isMoment()) {
    QColor shade = m_theme.textMuted;
    shade.setAlphaF(0.10F);
    const double right = std::min(area.right(), m_geometry.xOf(note.to));
    const double left = std::max(area.left(), m_geometry.xOf(note.from));
    painter.fillRect(QRectF(left, area.top(), right - left, area.height()), shade);
    painter.fillRect(QRectF(left, area.top() - 2, right - left, 2), m_theme.textMuted);
  }
  if (note.from >= m_geometry.range.from) {
    painter.setPen(QPen(m_theme.textMuted, 1));
    painter.drawLine(QPointF(std::round(flag.left()), flag.top()), QPointF(std::round(flag.left()), area.bottom()));
  }
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(m_theme.textMuted);
  // A pennant.
  painter.drawPolygon(
      QPolygonF({flag.topLeft(), QPointF(flag.right() - 2, flag.top() + 5), QPointF(flag.left(), flag.top() + 10)}));
}

void PlotPainter::paintCrosshair(QPainter& painter, TimePoint time) const {
  if (!(m_geometry.range.from <= time && time <= m_geometry.range.to)) return;
  painter.save();
  const QRectF& area = m_geometry.area;
  const double x = std::round(m_geometry.xOf(time));
  painter.setPen(QPen(m_theme.textMuted, 1));
  painter.setRenderHint(QPainter::Antialiasing, false);
  painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
  painter.setRenderHint(QPainter::Antialiasing);
  for (std::size_t i = 0; i < m_scene.series.size(); ++i) {
    const ChartSeries& series = m_scene.series[i];
    const auto point = nearestPoint(series.points, time);
    if (series.isHidden || !point || !std::isfinite(point->mean)) continue;
    if (point->time < m_geometry.range.from || point->time > m_geometry.range.to) continue;
    const QColor colour = plotColour(m_theme, series, i);
    painter.setPen(QPen(series.earlierOf ? colour : m_theme.surface, 1.5));
    painter.setBrush(series.earlierOf ? m_theme.surface : colour);
    const PlotScale& scale = m_geometry.scales[m_geometry.scaleOf[i]];
    painter.drawEllipse(QPointF(m_geometry.xOf(point->time), m_geometry.yOf(scale, point->mean)), kPlotDot, kPlotDot);
  }
  if (!m_scene.hasTimeScale) return painter.restore();
  // The moment, on the time scale where the eye looks for it.
  painter.setFont(textFont(TextSize::small, TextWeight::strong));
  const QString text = QLocale().toString(QDateTime::fromMSecsSinceEpoch(toMs(time)), "ddd d MMM  HH:mm:ss");
  const double textWidth = painter.fontMetrics().horizontalAdvance(text) + 2 * space::kInside;
  const double left = std::clamp(x - textWidth / 2, 0.0, std::max(0.0, m_scene.size.width() - textWidth));
  const QRectF box(left, area.bottom() + 2, textWidth, 20);
  painter.setPen(Qt::NoPen);
  painter.setBrush(m_theme.text);
  painter.drawRoundedRect(box, space::kTight, space::kTight);
  painter.setPen(m_theme.surface);
  painter.drawText(box, Qt::AlignCenter, text);
  painter.restore();
}

}  // namespace carport::ui
