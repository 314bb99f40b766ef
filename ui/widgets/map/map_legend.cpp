#include "ui/widgets/map/map_legend.h"

#include "ui/models/phrases.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace carport::ui {
namespace {

constexpr int kRampWidthPx = 200;
constexpr int kRampHeightPx = 10;
constexpr int kRampRadiusPx = 3;
constexpr int kRampStops = 16;

}  // namespace

MapLegend::MapLegend(QWidget* parent) : QFrame(parent) {
  setProperty("kind", QStringLiteral("floating"));
  setAttribute(Qt::WA_TransparentForMouseEvents);
  setObjectName(QStringLiteral("mapLegend"));
  hide();
}

void MapLegend::showScale(const QString& title, const ColourScale& scale, const QString& note) {
  m_title = title;
  m_scale = scale;
  m_note = note;
  setAccessibleName(tr("%1: %2 to %3").arg(title, phrases::figure(scale.low), phrases::figure(scale.high)));
  setAccessibleDescription(note);
  resize(sizeHint());
  update();
  show();
}

QSize MapLegend::sizeHint() const {
  const QFontMetrics strong(textFont(TextSize::small, TextWeight::strong));
  const QFontMetrics regular(textFont(TextSize::small));
  const int text = std::max({strong.horizontalAdvance(m_title), regular.horizontalAdvance(m_note), kRampWidthPx});
  const int lines = strong.height() + regular.height() + (m_note.isEmpty() ? 0 : regular.height() + space::kTight);
  return {text + 2 * space::kPadding, lines + kRampHeightPx + space::kTight + 3 * space::kInside};
}

void MapLegend::paintEvent(QPaintEvent* event) {
  QFrame::paintEvent(event);
  const Theme& theme = themeOf(*this);
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const double left = space::kPadding;
  double top = space::kInside;
  const auto write = [&](const QString& text, const QFont& font, const QColor& colour) {
    painter.setFont(font);
    painter.setPen(colour);
    const double height = QFontMetricsF(font).height();
    painter.drawText(QRectF(left, top, width() - 2 * left, height), Qt::AlignLeft | Qt::AlignVCenter, text);
    top += height;
  };
  write(m_title, textFont(TextSize::small, TextWeight::strong), theme.text);
  top += space::kInside;
  const QRectF bar(left, top, width() - 2 * left, kRampHeightPx);
  QLinearGradient gradient(bar.topLeft(), bar.topRight());
  for (int n = 0; n <= kRampStops; ++n) {
    gradient.setColorAt(double(n) / kRampStops, theme.rampColour(double(n) / kRampStops));
  }
  painter.setPen(Qt::NoPen);
  painter.setBrush(gradient);
  painter.drawRoundedRect(bar, kRampRadiusPx, kRampRadiusPx);
  top = bar.bottom() + space::kTight;
  const QFont small = textFont(TextSize::small);
  const QFontMetricsF metrics(small);
  painter.setFont(small);
  painter.setPen(theme.textMuted);
  double free = bar.left();
  for (const double tick : ticksOf(m_scale)) {
    const QString text = phrases::figure(tick);
    const double room = metrics.horizontalAdvance(text);
    const double at = bar.left() + m_scale.part(tick) * bar.width();
    const double x = std::clamp(at - room / 2, bar.left(), bar.right() - room);
    // Long figures leave no room for every one of them.
    if (x < free) continue;
    painter.drawText(QPointF(x, top + metrics.ascent()), text);
    free = x + room + space::kTight;
  }
  top += metrics.height() + space::kTight;
  if (!m_note.isEmpty()) write(m_note, small, theme.textMuted);
}

}  // namespace carport::ui
