#include "ui/widgets/map/stale_veil.h"

#include "ui/models/phrases.h"
#include "ui/widgets/style/metrics.h"

#include <QFontMetricsF>
#include <QPainter>

namespace carport::ui {

namespace {
constexpr float kVeilStrength = 0.55F;  // of the land's colour over everything
constexpr int kVeilTickMs = 1'000;
}  // namespace

StaleVeil::StaleVeil(std::function<TimePoint()> clock, QObject* parent)
    : MapOverlay(OverlayDepth::top, parent), m_clock(std::move(clock)) {
  setShown(false);
  m_ticks.setInterval(kVeilTickMs);
  connect(&m_ticks, &QTimer::timeout, this, &MapOverlay::changed);
}

void StaleVeil::setSince(std::optional<TimePoint> since) {
  m_since = since;
  since ? m_ticks.start() : m_ticks.stop();
  setShown(since.has_value());
  emit changed();
}

void StaleVeil::setCorner(QPoint corner) {
  m_corner = corner;
  if (m_since) emit changed();
}

QString StaleVeil::words() const {
  return m_since ? tr("Not connected: as it was %1 ago").arg(phrases::duration(m_clock() - *m_since)) : QString();
}

void StaleVeil::paint(QPainter& painter, const OverlayScene& scene) {
  QColor veil = scene.theme.map.land;
  veil.setAlphaF(kVeilStrength);
  painter.fillRect(QRectF(QPointF(), scene.viewport.size()), veil);
  const QFont font = textFont(TextSize::body, TextWeight::strong);
  const QFontMetricsF metrics(font);
  const QRectF box(QPointF(m_corner), QSizeF(metrics.horizontalAdvance(words()) + 2 * space::kPadding,
                                             metrics.height() + 2 * space::kInside));
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(scene.theme.lineStrong, size::kHairline));
  painter.setBrush(scene.theme.raised);
  painter.drawRoundedRect(box.translated(0.5, 0.5), size::kCardRadius, size::kCardRadius);
  painter.setFont(font);
  painter.setPen(scene.theme.text);
  painter.drawText(box, Qt::AlignCenter, words());
}

}  // namespace carport::ui
