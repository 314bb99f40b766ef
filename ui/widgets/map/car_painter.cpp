#include "ui/widgets/map/car_painter.h"

#include "ui/models/declutter.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace carport::ui {
namespace {

constexpr double kRingPx = 3;
constexpr double kNameGapPx = 2;  // between a sign and its name
constexpr int kFullCircle = 360 * 16;

/// Order of the parts around a cluster's ring: what matters most first, from the top, clockwise.
constexpr api::Activity kRingOrder[] = {api::Activity::alarm,  api::Activity::driving, api::Activity::idling,
                                        api::Activity::parked, api::Activity::silent,  api::Activity::unknown};

/// Runs `draw` with one unit to a device pixel, where copying pictures is quickest and sharpest.
template <class Draw>
void inDevicePixels(QPainter& painter, qreal ratio, Draw draw) {
  painter.save();
  painter.scale(1 / ratio, 1 / ratio);
  draw();
  painter.restore();
}

}  // namespace

void paintCluster(QPainter& painter, const Cluster& cluster, const Theme& theme, const QFont& font) {
  const double radius = cluster.radius();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme.map.glyphEdge);
  painter.drawEllipse(cluster.pixel, radius + 1, radius + 1);
  painter.setBrush(theme.raised);
  painter.drawEllipse(cluster.pixel, radius, radius);
  painter.setBrush(Qt::NoBrush);
  const double middle = radius - kRingPx / 2;
  const QRectF ring(cluster.pixel - QPointF(middle, middle), QSizeF(2 * middle, 2 * middle));
  int from = kFullCircle / 4;
  for (const api::Activity activity : kRingOrder) {
    const double share = double(cluster.byActivity[std::size_t(activity)]) / double(std::max(1U, cluster.count));
    const int span = int(std::lround(share * kFullCircle));
    if (span == 0) continue;
    painter.setPen(QPen(theme.stateColour(activity), kRingPx, Qt::SolidLine, Qt::FlatCap));
    painter.drawArc(ring, from - span, span);
    from -= span;
  }
  painter.setFont(font);
  painter.setPen(theme.text);
  painter.drawText(QRectF(cluster.pixel - QPointF(radius, radius), QSizeF(2 * radius, 2 * radius)), Qt::AlignCenter,
                   clusterCountText(cluster.count));
}

void CarPainter::paint(QPainter& painter, const CarScene& scene, const std::vector<MapCar>& cars, const CarLook& look,
                       QSizeF size, const QRectF& keepFree) {
  paintSigns(painter, scene, cars, look);
  for (auto cluster = scene.clusters.rbegin(); cluster != scene.clusters.rend(); ++cluster) {
    paintCluster(painter, *cluster, look.theme, look.countFont);
  }
  if (scene.named) paintNames(painter, scene, cars, look, size, keepFree);
}

void CarPainter::paintSigns(QPainter& painter, const CarScene& scene, const std::vector<MapCar>& cars,
                            const CarLook& look) const {
  const GlyphAtlas& atlas = *look.atlas;
  const double ratio = atlas.devicePixelRatio();
  painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  inDevicePixels(painter, ratio, [&] {
    for (const CarScene::Sign& sign : scene.signs) {
      const api::CarPosition& position = cars[sign.car].position;
      const QRect cell = atlas.cell(scene.size, position.activity, position.heading);
      const int half = cell.width() / 2;
      painter.drawImage(
          QPoint(int(std::lround(sign.pixel.x() * ratio)) - half, int(std::lround(sign.pixel.y() * ratio)) - half),
          atlas.image(), cell);
    }
  });
}

void CarPainter::paintNames(QPainter& painter, const CarScene& scene, const std::vector<MapCar>& cars,
                            const CarLook& look, QSizeF size, const QRectF& keepFree) {
  const LabelStyle style{look.nameFont, look.theme.text, look.theme.map.halo};
  const double ratio = look.atlas->devicePixelRatio();
  const double radius = GlyphAtlas::diameter(scene.size) / 2;
  Declutter declutter(size);
  if (!keepFree.isEmpty()) declutter.block(keepFree);
  for (const Cluster& cluster : scene.clusters) {
    const double r = cluster.radius();
    declutter.block({cluster.pixel - QPointF(r, r), QSizeF(2 * r, 2 * r)});
  }
  for (const CarScene::Sign& sign : scene.signs) {
    declutter.block({sign.pixel - QPointF(radius, radius) * 0.7, QSizeF(radius, radius) * 1.4});
  }
  // What lies on top has the first choice.
  for (auto sign = scene.signs.rbegin(); sign != scene.signs.rend(); ++sign) {
    const QString& name = cars[sign->car].label;
    const QSizeF room = labelSize(name, style);
    const QRectF box(sign->pixel + QPointF(-room.width() / 2, radius + kNameGapPx), room);
    if (!declutter.place(box)) continue;
    const QPointF at(std::round(box.x() * ratio) / ratio, std::round(box.y() * ratio) / ratio);
    painter.drawImage(at, m_names.label(name, style, ratio));
  }
}

}  // namespace carport::ui
