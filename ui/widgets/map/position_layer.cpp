#include "ui/widgets/map/position_layer.h"

#include <QPainter>

#include <cmath>
#include <numbers>

namespace carport::ui {
namespace {

constexpr double kDotPx = 7;
constexpr double kDotHaloPx = 3;
constexpr float kCircleWash = 0.12F;
constexpr double kMostCirclePx = 20'000;  // beyond it the whole window is inside

}  // namespace

PositionLayer::PositionLayer(PositionSource& source, QObject* parent)
    : MapOverlay(OverlayDepth::top, parent), m_source(source) {
  connect(&m_source, &PositionSource::changed, this, &MapOverlay::changed);
}

void PositionLayer::paint(QPainter& painter, const OverlayScene& scene) {
  const auto& fix = m_source.fix();
  if (!fix) return;
  const bool isLost = m_source.state() == PositionSource::State::lost;
  const QColor colour = isLost ? scene.theme.state.silent : scene.theme.accent;
  const QPointF pixel = scene.viewport.toScreen(toWorld(fix->place));
  painter.setRenderHint(QPainter::Antialiasing);
  if (fix->accuracyMetres) {
    const double shrink = std::cos(fix->place.latitude * std::numbers::pi / 180);
    const double radius = *fix->accuracyMetres / (kEquatorMetres * shrink) * scene.viewport.worldPx();
    if (radius > kDotPx && radius < kMostCirclePx) {
      QColor wash = colour;
      wash.setAlphaF(kCircleWash);
      painter.setPen(QPen(colour, 1));
      painter.setBrush(wash);
      painter.drawEllipse(pixel, radius, radius);
    }
  }
  painter.setPen(Qt::NoPen);
  painter.setBrush(scene.theme.map.halo);
  painter.drawEllipse(pixel, kDotPx + kDotHaloPx, kDotPx + kDotHaloPx);
  painter.setPen(QPen(colour, isLost ? kDotHaloPx : 0));
  painter.setBrush(isLost ? QBrush(Qt::NoBrush) : QBrush(colour));
  painter.drawEllipse(pixel, kDotPx, kDotPx);
}

}  // namespace carport::ui
