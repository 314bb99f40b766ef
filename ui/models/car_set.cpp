#include "ui/models/car_set.h"

namespace carport::ui {

bool insidePolygon(std::span<const QPointF> corners, QPointF point) {
  if (corners.size() < 3) return false;
  bool inside = false;
  QPointF before = corners.back();
  for (const QPointF& corner : corners) {
    if ((corner.y() > point.y()) != (before.y() > point.y())) {
      const double part = (point.y() - corner.y()) / (before.y() - corner.y());
      if (point.x() < corner.x() + part * (before.x() - corner.x())) inside = !inside;
    }
    before = corner;
  }
  return inside;
}

}  // namespace carport::ui
