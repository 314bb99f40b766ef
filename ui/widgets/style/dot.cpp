#include "ui/widgets/style/dot.h"

#include <QPainter>

namespace carport::ui {

QPixmap dotPixmap(const QColor& colour, bool filled, int diameterPx, qreal ratio) {
  QPixmap pixmap(QSize(diameterPx, diameterPx) * ratio);
  pixmap.setDevicePixelRatio(ratio);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(colour, 1.5));
  painter.setBrush(filled ? QBrush(colour) : Qt::NoBrush);
  painter.drawEllipse(QRectF(1, 1, diameterPx - 2, diameterPx - 2));
  return pixmap;
}

}  // namespace carport::ui
