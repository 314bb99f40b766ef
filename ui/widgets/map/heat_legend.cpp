#include "ui/widgets/map/heat_legend.h"

#include "ui/models/phrases.h"
#include "ui/widgets/map/heat_painter.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>

namespace carport::ui {

namespace {

constexpr int kHeatRampWidthPx = 232;
constexpr int kHeatRampHeightPx = 10;
constexpr int kHeatRampRadiusPx = 3;
constexpr int kHeatRampStops = 16;

QString timeText(double seconds) {
  return phrases::duration(Milliseconds(static_cast<std::int64_t>(seconds * 1000)));
}

}  // namespace

HeatLegend::HeatLegend(QWidget* parent) : QFrame(parent) {
  setProperty("kind", QStringLiteral("floating"));
  setAttribute(Qt::WA_TransparentForMouseEvents);
  setObjectName(QStringLiteral("heatLegend"));
  hide();
}

void HeatLegend::setContent(const QString& title, const QString& period, const QString& note,
                            const std::optional<HeatScale>& scale) {
  m_title = title;
  m_period = period;
  m_note = note;
  m_scale = scale;
  const QString ends = scale ? tr("%1: %2 to %3").arg(title, timeText(scale->low), timeText(scale->high)) : title;
  setAccessibleName(ends);
  setAccessibleDescription(note.isEmpty() ? period : tr("%1. %2").arg(period, note));
  resize(sizeHint());
  update();
}

int HeatLegend::noteWidth() const {
  const QFontMetrics strong(textFont(TextSize::small, TextWeight::strong));
  const QFontMetrics regular(textFont(TextSize::small));
  return std::max({strong.horizontalAdvance(m_title), regular.horizontalAdvance(m_period), kHeatRampWidthPx});
}

QRect HeatLegend::noteBounds() const {
  return QFontMetrics(textFont(TextSize::small))
      .boundingRect(QRect(0, 0, noteWidth(), 0x7FFF), Qt::TextWordWrap, m_note);
}

QSize HeatLegend::sizeHint() const {
  const int strong = QFontMetrics(textFont(TextSize::small, TextWeight::strong)).height();
  const int regular = QFontMetrics(textFont(TextSize::small)).height();
  int height = 2 * space::kInside + strong + regular;
  if (m_scale) height += space::kInside + kHeatRampHeightPx + space::kTight + regular;
  if (!m_note.isEmpty()) height += space::kTight + noteBounds().height();
  return {noteWidth() + 2 * space::kPadding, height};
}

double HeatLegend::paintRamp(QPainter& painter, double top) const {
  const Theme& theme = themeOf(*this);
  const QRectF bar(space::kPadding, top + space::kInside, width() - 2 * space::kPadding, kHeatRampHeightPx);
  QLinearGradient gradient(bar.topLeft(), bar.topRight());
  for (int n = 0; n <= kHeatRampStops; ++n) {
    gradient.setColorAt(double(n) / kHeatRampStops, heatColour(theme, double(n) / kHeatRampStops));
  }
  painter.setPen(Qt::NoPen);
  // As it is over land.
  painter.setBrush(theme.map.land);
  painter.drawRoundedRect(bar, kHeatRampRadiusPx, kHeatRampRadiusPx);
  painter.setBrush(gradient);
  painter.drawRoundedRect(bar, kHeatRampRadiusPx, kHeatRampRadiusPx);
  const QFont small = textFont(TextSize::small);
  const QFontMetricsF metrics(small);
  painter.setFont(small);
  painter.setPen(theme.textMuted);
  const double baseline = bar.bottom() + space::kTight + metrics.ascent();
  // The ends first: they say most.
  std::vector<double> ticks = heatTicks(*m_scale);
  if (ticks.size() > 2) std::rotate(ticks.begin() + 1, ticks.end() - 1, ticks.end());
  std::vector<std::pair<double, double>> taken;
  for (const double tick : ticks) {
    const QString text = timeText(tick);
    const double room = metrics.horizontalAdvance(text);
    const double x =
        std::clamp(bar.left() + m_scale->part(tick) * bar.width() - room / 2, bar.left(), bar.right() - room);
    const bool isFree = std::none_of(taken.begin(), taken.end(), [&](const auto& one) {
      return x < one.second + space::kInside && x + room + space::kInside > one.first;
    });
    if (!isFree) continue;
    painter.drawText(QPointF(x, baseline), text);
    taken.emplace_back(x, x + room);
  }
  return bar.bottom() + space::kTight + metrics.height();
}

void HeatLegend::paintEvent(QPaintEvent* event) {
  QFrame::paintEvent(event);
  const Theme& theme = themeOf(*this);
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  double top = space::kInside;
  const auto write = [&](const QString& text, TextWeight weight, const QColor& colour) {
    const QFont font = textFont(TextSize::small, weight);
    painter.setFont(font);
    painter.setPen(colour);
    const double height = QFontMetrics(font).height();
    painter.drawText(QRectF(space::kPadding, top, width() - 2 * space::kPadding, height), Qt::AlignLeft, text);
    top += height;
  };
  write(m_title, TextWeight::strong, theme.text);
  write(m_period, TextWeight::regular, theme.textMuted);
  if (m_scale) top = paintRamp(painter, top);
  if (m_note.isEmpty()) return;
  painter.setFont(textFont(TextSize::small));
  painter.setPen(theme.text);
  const QRectF room(space::kPadding, top + space::kTight, width() - 2 * space::kPadding, noteBounds().height());
  painter.drawText(room, Qt::AlignLeft | Qt::TextWordWrap, m_note);
}

}  // namespace carport::ui
