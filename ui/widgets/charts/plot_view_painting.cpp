#include "ui/models/phrases.h"
#include "ui/widgets/charts/plot_view.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QChart>
#include <QDateTime>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace carport::ui {

namespace {

constexpr double kMinLabelWidth = 76;
constexpr double kDot = 3.5;

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

QColor PlotView::scaleColour(const Scale& scale) const {
  // With one line a scale, its colour says which; shared scales stay neutral.
  const bool alone = scale.lines.size() == 1 && m_scales.size() > 1;
  return alone ? seriesColour(scale.lines.front()) : themeOf(*this).textMuted;
}

void PlotView::drawBackground(QPainter* painter, const QRectF& rect) {
  QChartView::drawBackground(painter, rect);
  painter->save();
  painter->setFont(textFont(TextSize::small));
  painter->setRenderHint(QPainter::Antialiasing, false);
  paintTimeScale(*painter);
  paintValueScales(*painter);
  painter->restore();
}

void PlotView::paintTimeScale(QPainter& painter) const {
  if (m_range.isEmpty()) return;
  const Theme& theme = themeOf(*this);
  const QRectF area = chart()->plotArea();
  const Milliseconds step = timeStep(m_range.length(), std::max(1, int(area.width() / kMinLabelWidth)));
  QDateTime tick = firstTick(m_range.from, step);
  for (int i = 0; i < 64; ++i, tick = tick.addMSecs(step.count())) {
    const TimePoint time = fromMs(tick.toMSecsSinceEpoch());
    if (time > m_range.to) break;
    const double x = std::round(xOf(time));
    painter.setPen(QPen(theme.line, 1));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    const QRectF label(x - kMinLabelWidth / 2, area.bottom() + space::kTight, kMinLabelWidth, 16);
    if (label.right() > width() || label.left() < 0) continue;
    painter.setPen(theme.textMuted);
    painter.drawText(label, Qt::AlignHCenter | Qt::AlignVCenter, timeLabel(tick, step));
  }
}

void PlotView::paintValueScales(QPainter& painter) const {
  const Theme& theme = themeOf(*this);
  const QRectF area = chart()->plotArea();
  const int steps = m_scales.empty() ? 4 : m_scales.front().values.steps;
  for (int i = 0; i <= steps; ++i) {
    const double y = std::round(area.bottom() - area.height() * i / steps);
    painter.setPen(QPen(i == 0 ? theme.lineStrong : theme.line, 1));
    painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
  }
  for (int index = 0; index < shownScales(); ++index) {
    const Scale& scale = m_scales[std::size_t(index)];
    if (std::all_of(scale.lines.begin(), scale.lines.end(),
                    [this](std::size_t line) { return m_lines[line].data.points.empty(); })) {
      continue;
    }
    painter.setPen(scaleColour(scale));
    const bool left = index == 0;
    const double edge = left ? 0 : area.right() + (index - 1) * 48.0 + space::kInside;
    for (int i = 0; i <= steps; ++i) {
      const double value = scale.values.low + scale.values.step * i;
      const double y = area.bottom() - area.height() * i / steps;
      const QRectF box(edge, y - 8, left ? area.left() - space::kInside : 44.0, 16);
      // The unit stands once, at the top figure's place in the row above the plot's first line.
      const QString text = scaleLabel(value, scale.values.step);
      painter.drawText(box, (left ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter, text);
    }
  }
}

void PlotView::drawForeground(QPainter* painter, const QRectF& rect) {
  QChartView::drawForeground(painter, rect);
  paintMoment(*painter);
  if (!m_crosshair || m_range.isEmpty() || *m_crosshair < m_range.from || *m_crosshair > m_range.to) return;
  painter->save();
  paintCrosshair(*painter);
  painter->restore();
}

void PlotView::paintMoment(QPainter& painter) const {
  if (m_range.isEmpty()) return;
  const QRectF area = chart()->plotArea();
  const QColor accent = themeOf(*this).accent;
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing, false);
  if (m_markedRange && m_markedRange->from < m_range.to && m_markedRange->to > m_range.from) {
    const double left = std::max(area.left(), xOf(m_markedRange->from));
    const double right = std::min(area.right(), xOf(m_markedRange->to));
    QColor shade = accent;
    shade.setAlphaF(0.12F);
    painter.fillRect(QRectF(QPointF(left, area.top()), QPointF(right, area.bottom())), shade);
  }
  if (m_moment && *m_moment >= m_range.from && *m_moment <= m_range.to) {
    const double x = std::round(xOf(*m_moment));
    painter.setPen(QPen(accent, 2));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
  }
  painter.restore();
}

void PlotView::paintCrosshair(QPainter& painter) const {
  const Theme& theme = themeOf(*this);
  const QRectF area = chart()->plotArea();
  const double x = std::round(xOf(*m_crosshair));
  painter.setPen(QPen(theme.textMuted, 1));
  painter.setRenderHint(QPainter::Antialiasing, false);
  painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
  painter.setRenderHint(QPainter::Antialiasing);
  for (std::size_t i = 0; i < m_lines.size(); ++i) {
    const auto point = pointUnderCrosshair(i);
    if (!point || point->time < m_range.from || point->time > m_range.to) continue;
    painter.setPen(QPen(theme.surface, 1.5));
    painter.setBrush(seriesColour(i));
    painter.drawEllipse(QPointF(xOf(point->time), yOf(m_scales[m_lines[i].scale], point->mean)), kDot, kDot);
  }
  // The moment, on the time scale where the eye looks for it.
  painter.setFont(textFont(TextSize::small, TextWeight::strong));
  const QString text = QLocale().toString(QDateTime::fromMSecsSinceEpoch(toMs(*m_crosshair)), "ddd d MMM  HH:mm:ss");
  const double textWidth = painter.fontMetrics().horizontalAdvance(text) + 2 * space::kInside;
  const double left = std::clamp(x - textWidth / 2, 0.0, std::max(0.0, width() - textWidth));
  const QRectF box(left, area.bottom() + 2, textWidth, 20);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.text);
  painter.drawRoundedRect(box, space::kTight, space::kTight);
  painter.setPen(theme.surface);
  painter.drawText(box, Qt::AlignCenter, text);
}

}  // namespace carport::ui
