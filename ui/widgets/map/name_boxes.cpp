#include "ui/widgets/map/name_boxes.h"

namespace carport::ui {

QRectF pictureRect(const MapViewport& shown, const MapViewport& now) {
  const QSizeF size = shown.size() * (now.worldPx() / shown.worldPx());
  return {now.toScreen(shown.centre()) - QPointF(size.width() / 2, size.height() / 2), size};
}

std::vector<QRectF> NameBoxes::in(const MapViewport& now) const {
  std::vector<QRectF> seen;
  if (boxes.isEmpty()) return seen;
  const double scale = now.worldPx() / viewport.worldPx();
  const QPointF corner = pictureRect(viewport, now).topLeft();
  const QRectF window(QPointF(), now.size());
  for (const QRectF& box : boxes) {
    const QRectF there(corner + box.topLeft() * scale, box.size() * scale);
    if (there.intersects(window)) seen.push_back(there);
  }
  return seen;
}

}  // namespace carport::ui
