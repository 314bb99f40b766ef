#include "ui/widgets/map/scaled_image.h"

#include <QPaintDevice>
#include <QPainter>

#include <algorithm>

namespace carport::ui {

namespace {
constexpr double kStripRows = 64;  // of device pixels; Qt divides from 96 rows on
}

void drawScaled(QPainter& painter, const QRectF& target, const QImage& image) {
  const QRect all = target.toAlignedRect() & painter.window();
  const int high = std::max(1, int(kStripRows / painter.device()->devicePixelRatioF()));
  painter.save();
  painter.setRenderHint(QPainter::SmoothPixmapTransform);
  const QRegion clip = painter.hasClipping() ? painter.clipRegion() : QRegion(all);
  for (int top = all.top(); top <= all.bottom(); top += high) {
    painter.setClipRegion(clip & QRect(all.left(), top, all.width(), high));
    painter.drawImage(target, image, QRectF(QPointF(), QSizeF(image.size())));
  }
  painter.restore();
}

}  // namespace carport::ui
