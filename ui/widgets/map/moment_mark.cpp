#include "ui/widgets/map/moment_mark.h"

#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPolygonF>

#include <algorithm>
#include <cmath>

namespace carport::ui {

namespace {
constexpr double kMomentRingPx = 8;
constexpr double kMomentLinePx = 2.5;
constexpr double kMomentDotPx = 2.5;
constexpr double kMomentEdgePx = 18;   // from the map's edge to the arrow
constexpr double kMomentArrowPx = 10;  // its half length
}  // namespace

MomentMark::MomentMark(QObject* parent) : MapOverlay(OverlayDepth::top, parent) {}

void MomentMark::show(WorldPoint place, const QString& words) {
  if (m_place == place && m_words == words) return;
  m_place = place;
  m_words = words;
  emit changed();
}

void MomentMark::clear() {
  if (!m_place) return;
  m_place.reset();
  m_words.clear();
  emit changed();
}

void MomentMark::setTrail(std::vector<TrailPoint> points) {
  m_trail.set(std::move(points));
  emit changed();
}

void MomentMark::paint(QPainter& painter, const OverlayScene& scene) {
  painter.setRenderHint(QPainter::Antialiasing);
  if (!m_trail.points().empty()) m_trail.draw(painter, scene.viewport, scene.theme, nullptr);
  if (!m_place) return;
  const QPointF at = scene.viewport.toScreen(*m_place);
  const QRectF seen(QPointF(), scene.viewport.size());
  const QRectF inside = seen.adjusted(kMomentEdgePx, kMomentEdgePx, -kMomentEdgePx, -kMomentEdgePx);
  if (seen.contains(at)) {
    paintRing(painter, scene, at);
    paintWords(painter, scene, at);
    return;
  }
  const QPointF edge(std::clamp(at.x(), inside.left(), std::max(inside.left(), inside.right())),
                     std::clamp(at.y(), inside.top(), std::max(inside.top(), inside.bottom())));
  paintArrow(painter, scene, edge, at);
  paintWords(painter, scene, edge);
}

void MomentMark::paintRing(QPainter& painter, const OverlayScene& scene, QPointF at) {
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(scene.theme.map.halo, kMomentLinePx + 3));
  painter.drawEllipse(at, kMomentRingPx, kMomentRingPx);
  painter.setPen(QPen(scene.theme.accent, kMomentLinePx));
  painter.drawEllipse(at, kMomentRingPx, kMomentRingPx);
  painter.setPen(Qt::NoPen);
  painter.setBrush(scene.theme.accent);
  painter.drawEllipse(at, kMomentDotPx, kMomentDotPx);
}

void MomentMark::paintArrow(QPainter& painter, const OverlayScene& scene, QPointF at, QPointF towards) {
  const QPointF way = towards - at;
  const double length = std::hypot(way.x(), way.y());
  if (length == 0) return;
  const QPointF along = way / length * kMomentArrowPx;
  const QPointF across(-along.y() * 0.7, along.x() * 0.7);
  painter.setPen(QPen(scene.theme.map.halo, 2));
  painter.setBrush(scene.theme.accent);
  painter.drawPolygon(QPolygonF({at + along, at - along + across, at - along * 0.4, at - along - across}));
}

void MomentMark::paintWords(QPainter& painter, const OverlayScene& scene, QPointF at) const {
  if (m_words.isEmpty()) return;
  const QFont font = textFont(TextSize::small, TextWeight::strong);
  const QFontMetricsF metrics(font);
  const QSizeF room(metrics.horizontalAdvance(m_words) + 2 * space::kInside, metrics.height() + space::kInside);
  const double away = kMomentRingPx + space::kInside;
  QRectF box(at.x() + away, at.y() - room.height() / 2, room.width(), room.height());
  if (box.right() > scene.viewport.size().width() - space::kTight) box.moveRight(at.x() - away);
  painter.setPen(QPen(scene.theme.line, size::kHairline));
  painter.setBrush(scene.theme.raised);
  painter.drawRoundedRect(box, space::kTight, space::kTight);
  painter.setFont(font);
  painter.setPen(scene.theme.text);
  painter.drawText(box, Qt::AlignCenter, m_words);
}

}  // namespace carport::ui
