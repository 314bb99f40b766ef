#include "ui/widgets/map/car_painter.h"

#include "ui/models/declutter.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace carport::ui {
namespace {

constexpr double kRingPx = 3;
constexpr double kChosenPx = 2.5;  // of accent around a cluster with chosen cars
constexpr double kNameGapPx = 2;   // between a sign and its name
constexpr int kFullCircle = 360 * 16;
constexpr std::size_t kCrowd = 3'000;  // signs; with fewer each one is drawn
constexpr double kSamePlacePx = 3;

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

/// Which signs of a picture lie under another one in the same place, and need not be drawn; empty where too few are
/// shown for that to matter.
std::vector<bool> coveredSigns(const std::vector<CarScene::Sign>& signs, QSizeF size) {
  if (signs.size() < kCrowd) return {};
  // Signs beside the picture, whose edges reach into it, share the outermost places with each other at worst.
  const auto across = std::size_t((size.width() + 2 * kBesidePx) / kSamePlacePx) + 1;
  const auto down = std::size_t((size.height() + 2 * kBesidePx) / kSamePlacePx) + 1;
  const auto placeOn = [](double px, std::size_t places) {
    return std::size_t(std::clamp((px + kBesidePx) / kSamePlacePx, 0.0, double(places - 1)));
  };
  std::vector<bool> covered(signs.size());
  std::vector<bool> taken(across * down);
  for (std::size_t n = signs.size(); n-- > 0;) {
    const std::size_t place = placeOn(signs[n].pixel.y(), down) * across + placeOn(signs[n].pixel.x(), across);
    covered[n] = taken[place];
    taken[place] = true;
  }
  return covered;
}

void paintStateRing(QPainter& painter, const Cluster& cluster, const Theme& theme, const QRectF& ring) {
  int from = kFullCircle / 4;
  for (const api::Activity activity : kRingOrder) {
    const double share = double(cluster.byActivity[std::size_t(activity)]) / double(std::max(1U, cluster.count));
    const int span = int(std::lround(share * kFullCircle));
    if (span == 0) continue;
    painter.setPen(QPen(theme.stateColour(activity), kRingPx, Qt::SolidLine, Qt::FlatCap));
    painter.drawArc(ring, from - span, span);
    from -= span;
  }
}

}  // namespace

QRectF nameBox(QPointF sign, double awayPx, QSizeF room, NameSide side) {
  const double w = room.width();
  const double h = room.height();
  switch (side) {
    case NameSide::right:
      return {sign + QPointF(awayPx, -h / 2), room};
    case NameSide::left:
      return {sign + QPointF(-awayPx - w, -h / 2), room};
    case NameSide::above:
      return {sign + QPointF(-w / 2, -awayPx - h), room};
    case NameSide::below:
      break;
  }
  return {sign + QPointF(-w / 2, awayPx), room};
}

void paintCluster(QPainter& painter, const Cluster& cluster, const CarLook& look) {
  const Theme& theme = look.theme;
  const double radius = cluster.radius();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  if (cluster.chosen > 0) {
    painter.setBrush(theme.accent);
    painter.drawEllipse(cluster.pixel, radius + kChosenPx + 1, radius + kChosenPx + 1);
  }
  painter.setBrush(theme.map.glyphEdge);
  painter.drawEllipse(cluster.pixel, radius + 1, radius + 1);
  painter.setBrush(theme.raised);
  painter.drawEllipse(cluster.pixel, radius, radius);
  painter.setBrush(Qt::NoBrush);
  const double middle = radius - kRingPx / 2;
  const QRectF ring(cluster.pixel - QPointF(middle, middle), QSizeF(2 * middle, 2 * middle));
  if (look.scale) {
    painter.setPen(QPen(theme.rampColour(look.scale->part(cluster.meanValue())), kRingPx));
    painter.drawEllipse(ring);
  } else {
    paintStateRing(painter, cluster, theme, ring);
  }
  painter.setFont(look.countFont);
  painter.setPen(theme.text);
  painter.drawText(QRectF(cluster.pixel - QPointF(radius, radius), QSizeF(2 * radius, 2 * radius)), Qt::AlignCenter,
                   clusterCountText(cluster.count));
}

void CarPainter::paint(QPainter& painter, const CarScene& scene, const std::vector<MapCar>& cars, const CarLook& look,
                       QSizeF size, std::span<const QRectF> keepFree) {
  const double ratio = look.atlas->devicePixelRatio();
  m_inked.reset((size * ratio).toSize());
  paintSigns(painter, scene, cars, look, size);
  for (auto cluster = scene.clusters.rbegin(); cluster != scene.clusters.rend(); ++cluster) {
    paintCluster(painter, *cluster, look);
    const double radius = cluster->radius() + kChosenPx + 2;
    ink({cluster->pixel - QPointF(radius, radius), QSizeF(2 * radius, 2 * radius)}, ratio);
  }
  if (scene.named) paintNames(painter, scene, cars, look, size, keepFree);
}

void CarPainter::ink(const QRectF& box, double ratio) {
  m_inked.add(QRectF(box.topLeft() * ratio, box.size() * ratio).toAlignedRect());
}

void CarPainter::paintSigns(QPainter& painter, const CarScene& scene, const std::vector<MapCar>& cars,
                            const CarLook& look, QSizeF size) {
  const GlyphAtlas& atlas = *look.atlas;
  const double ratio = atlas.devicePixelRatio();
  painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  const std::vector<bool> covered = coveredSigns(scene.signs, size);
  inDevicePixels(painter, ratio, [&] {
    for (std::size_t n = 0; n < scene.signs.size(); ++n) {
      if (!covered.empty() && covered[n]) continue;
      const CarScene::Sign& sign = scene.signs[n];
      const MapCar& car = cars[sign.car];
      const api::CarPosition& position = car.position;
      const QPoint at(int(std::lround(sign.pixel.x() * ratio)), int(std::lround(sign.pixel.y() * ratio)));
      const auto put = [&](const GlyphAtlas::Sign& drawn) {
        painter.drawImage(at + drawn.topLeft, atlas.image(), drawn.inked);
        m_inked.add({at + drawn.topLeft, drawn.inked.size()});
      };
      if (sign.chosen) put(atlas.chosenRing(scene.size));
      if (!look.scale) {
        put(atlas.sign(scene.size, position.activity, position.heading));
        continue;
      }
      if (position.activity == api::Activity::alarm) put(atlas.alarmRing(scene.size));
      put(atlas.valueSign(scene.size, look.scale->part(double(car.value)), position));
    }
  });
}

void CarPainter::paintNames(QPainter& painter, const CarScene& scene, const std::vector<MapCar>& cars,
                            const CarLook& look, QSizeF size, std::span<const QRectF> keepFree) {
  const LabelStyle style{look.nameFont, look.theme.text, look.theme.map.halo};
  const double ratio = look.atlas->devicePixelRatio();
  const double radius = GlyphAtlas::diameter(scene.size) / 2;
  Declutter declutter(size);
  for (const QRectF& box : keepFree) declutter.block(box);
  for (const Cluster& cluster : scene.clusters) {
    const double r = cluster.radius();
    declutter.block({cluster.pixel - QPointF(r, r), QSizeF(2 * r, 2 * r)});
  }
  for (const CarScene::Sign& sign : scene.signs) {
    declutter.block({sign.pixel - QPointF(radius, radius) * 0.7, QSizeF(radius, radius) * 1.4});
  }
  std::unordered_map<std::uint32_t, NameSide> sides;
  // What lies on top has the first choice.
  for (auto sign = scene.signs.rbegin(); sign != scene.signs.rend(); ++sign) {
    const QString name = shortName(cars[sign->car].label);
    const QSizeF room = labelSize(name, style);
    const std::uint32_t number = cars[sign->car].position.car.value;
    const auto before = m_sides.find(number);
    const auto put = [&](NameSide side) {
      const QRectF box = nameBox(sign->pixel, radius + kNameGapPx, room, side);
      if (!declutter.place(box)) return false;
      const QPointF at(std::round(box.x() * ratio) / ratio, std::round(box.y() * ratio) / ratio);
      const QImage& label = m_names.label(name, style, ratio);
      painter.drawImage(at, label);
      ink({at, label.deviceIndependentSize()}, ratio);
      sides.emplace(number, side);
      return true;
    };
    if (before == m_sides.end() || !put(before->second)) std::any_of(kNameSides.begin(), kNameSides.end(), put);
  }
  m_sides = std::move(sides);
}

}  // namespace carport::ui
