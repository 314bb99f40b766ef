#include "ui/widgets/map/base_map_painter.h"

#include "ui/models/declutter.h"
#include "ui/widgets/map/label_image.h"
#include "ui/widgets/map/street_painter.h"
#include "ui/widgets/map/street_scene.h"
#include "ui/widgets/style/colour_math.h"

#include <QPainter>
#include <QPainterPath>
#include <QPolygonF>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace carport::ui {
namespace {

constexpr double kFinestPx = 1.1;      // points nearer to each other than this are not told apart
constexpr double kClipMarginPx = 8;    // outlines are cut this far outside the picture
constexpr double kGridFromZoom = 8.5;  // the world map has nothing more to show from here on
constexpr double kGridPx = 220;        // most pixels between two lines of the grid
constexpr double kLargeLabelPx = 260;  // a country as wide as this has its name in the larger font
constexpr double kLabelGapPx = 6;
constexpr double kBorderFadeLevels = 1.5;

/// The copies of the world in which `bounds` is in sight, as shifts by whole worlds.
template <class Draw>
void forEachCopy(const QRectF& bounds, const QRectF& view, Draw draw) {
  if (bounds.bottom() < view.top() || bounds.top() > view.bottom()) return;
  for (double shift = std::ceil(view.left() - bounds.right()); bounds.left() + shift <= view.right(); shift += 1)
    draw(shift);
}

/// Turns runs of points into pixels, without those that would not be seen.
class Projector {
 public:
  Projector(const BaseMap& map, const MapViewport& viewport)
      : m_points(map.points()),
        m_origin(viewport.fromScreen({0, 0})),
        m_scale(viewport.worldPx()),
        m_area(
            QRectF(QPointF(), viewport.size()).adjusted(-kClipMarginPx, -kClipMarginPx, kClipMarginPx, kClipMarginPx)) {
  }

  const QPolygonF& pixels(const BaseMap::Run& run, double shift) {
    m_pixels.clear();
    const double left = (m_origin.x() - shift) * m_scale;
    const double top = m_origin.y() * m_scale;
    for (std::uint32_t n = 0; n < run.count; ++n) {
      const BaseMap::Point& point = m_points[run.first + n];
      const QPointF pixel(double(point.x) * m_scale - left, double(point.y) * m_scale - top);
      const bool last = n + 1 == run.count;
      if (!m_pixels.isEmpty() && !last && (pixel - m_pixels.last()).manhattanLength() < kFinestPx) continue;
      m_pixels.append(pixel);
    }
    return m_pixels;
  }

  /// A closed outline cut to the picture (Sutherland and Hodgman): the raster engine loses precision far outside.
  QPolygonF clippedRing(const BaseMap::Run& run, double shift) {
    QPolygonF ring = pixels(run, shift);
    if (m_area.contains(ring.boundingRect())) return ring;
    ring = cut(ring, [this](QPointF p) { return p.x() - m_area.left(); });
    ring = cut(ring, [this](QPointF p) { return m_area.right() - p.x(); });
    ring = cut(ring, [this](QPointF p) { return p.y() - m_area.top(); });
    return cut(ring, [this](QPointF p) { return m_area.bottom() - p.y(); });
  }

 private:
  /// The part of `ring` where `inside` is not negative.
  template <class Inside>
  static QPolygonF cut(const QPolygonF& ring, Inside inside) {
    QPolygonF kept;
    if (ring.isEmpty()) return kept;
    QPointF from = ring.last();
    double fromDepth = inside(from);
    for (const QPointF& to : ring) {
      const double depth = inside(to);
      if ((depth >= 0) != (fromDepth >= 0)) kept.append(from + (to - from) * (fromDepth / (fromDepth - depth)));
      if (depth >= 0) kept.append(to);
      from = to;
      fromDepth = depth;
    }
    return kept;
  }

  const std::vector<BaseMap::Point>& m_points;
  QPointF m_origin;
  double m_scale;
  QRectF m_area;
  QPolygonF m_pixels;
};

void paintLand(QPainter& painter, const BaseMap& map, const MapViewport& viewport, const Theme& theme) {
  Projector projector(map, viewport);
  const QRectF view = viewport.worldRect();
  const double finest = kFinestPx / viewport.worldPx();
  QPainterPath land;
  for (const BaseMap::Run& ring : map.land()) {
    if (ring.bounds.width() < finest && ring.bounds.height() < finest) continue;
    forEachCopy(ring.bounds, view, [&](double shift) {
      const QPolygonF outline = projector.clippedRing(ring, shift);
      if (outline.size() >= 3) land.addPolygon(outline);
    });
  }
  land.setFillRule(Qt::OddEvenFill);
  painter.fillPath(land, theme.map.land);
}

/// What no street map covers: those have coasts and borders of their own, which are elsewhere by more than one can see.
QRegion outsideOf(const StreetScene& streets, const MapViewport& viewport) {
  const QRect picture(QPoint(), viewport.size().toSize());
  const StreetProjector project(viewport);
  QRegion outside(picture);
  for (const StreetBox& box : streets.grounds) {
    const QRectF ground(project.pixel({box.left, box.top}), project.pixel({box.right, box.bottom}));
    outside -= ground.intersected(picture).toAlignedRect();
  }
  return outside;
}

/// The world's borders are drawn for a continent. Around a street map they fade as one comes nearer. 0: none.
double borderStrength(const StreetScene* streets, double zoom) {
  if (streets == nullptr || !streets->hasGround) return 1;
  return std::clamp(1 - (zoom - kGroundFromZoom) / kBorderFadeLevels, 0.0, 1.0);
}

void paintLines(QPainter& painter, const BaseMap& map, const MapViewport& viewport, const Theme& theme,
                const StreetScene* streets) {
  Projector projector(map, viewport);
  const QRectF view = viewport.worldRect();
  const double finest = kFinestPx / viewport.worldPx();
  const double borderWidth = viewport.zoom() < 4 ? 0.8 : 1.1;
  const QPen coast(theme.map.coast, 0.8, Qt::SolidLine, Qt::FlatCap, Qt::BevelJoin);
  const double strength = borderStrength(streets, viewport.zoom());
  const QPen border(mixed(theme.map.land, theme.map.border, strength), borderWidth, Qt::SolidLine, Qt::FlatCap,
                    Qt::BevelJoin);
  if (streets != nullptr) painter.setClipRegion(outsideOf(*streets, viewport));
  for (const BaseMap::LineKind kind : {BaseMap::LineKind::coast, BaseMap::LineKind::border}) {
    if (kind == BaseMap::LineKind::border && strength <= 0) continue;
    painter.setPen(kind == BaseMap::LineKind::coast ? coast : border);
    for (const BaseMap::Line& line : map.lines()) {
      if (line.kind != kind) continue;
      if (line.run.bounds.width() < finest && line.run.bounds.height() < finest) continue;
      forEachCopy(line.run.bounds, view,
                  [&](double shift) { painter.drawPolyline(projector.pixels(line.run, shift)); });
    }
  }
  painter.setClipping(false);
}

/// A calm grid of round ground lengths where the world map has no detail left, so that distance and movement can be
/// seen.
void paintGrid(QPainter& painter, const MapViewport& viewport, const Theme& theme) {
  if (viewport.zoom() < kGridFromZoom) return;
  // Whole degrees of latitude, so that the grid stands still while the map is panned.
  const double latitude = std::round(toGeo(viewport.centre()).latitude) * std::numbers::pi / 180;
  const double metresPerWorld = kEquatorMetres * std::cos(latitude);
  const double step = scaleBar(metresPerWorld / viewport.worldPx(), kGridPx).metres / metresPerWorld;
  if (!(step > 0)) return;
  const double strength = std::min(1.0, viewport.zoom() - kGridFromZoom);
  painter.setPen(QPen(mixed(theme.map.land, theme.map.grid, strength), 1));
  painter.setRenderHint(QPainter::Antialiasing, false);
  const QRectF view = viewport.worldRect();
  for (double x = std::ceil(view.left() / step) * step; x <= view.right(); x += step) {
    const double at = std::floor((x - view.left()) * viewport.worldPx()) + 0.5;
    painter.drawLine(QPointF(at, 0), QPointF(at, viewport.size().height()));
  }
  for (double y = std::ceil(view.top() / step) * step; y <= view.bottom(); y += step) {
    const double at = std::floor((y - view.top()) * viewport.worldPx()) + 0.5;
    painter.drawLine(QPointF(0, at), QPointF(viewport.size().width(), at));
  }
  painter.setRenderHint(QPainter::Antialiasing, true);
}

void paintLabels(QPainter& painter, const BaseMap& map, const MapViewport& viewport, const BaseMapLook& look,
                 qreal ratio, Declutter& declutter) {
  const MapColours& colours = look.theme.map;
  const LabelStyle styles[2][2] = {
      {{look.smallFont, colours.label, colours.land}, {look.largeFont, colours.label, colours.land}},
      {{look.smallFont, colours.waterLabel, colours.water}, {look.largeFont, colours.waterLabel, colours.water}}};
  const QRectF view = viewport.worldRect();
  for (const BaseMap::Label& label : map.labels()) {
    const double sizePx = label.size * viewport.worldPx();
    const LabelStyle& style = styles[label.water ? 1 : 0][sizePx > kLargeLabelPx ? 1 : 0];
    const QSizeF room = labelSize(label.name, style);
    if (room.width() > sizePx * 1.15) continue;
    forEachCopy(QRectF(label.place, QSizeF(0, 0)), view, [&](double shift) {
      const QPointF centre = (label.place + QPointF(shift, 0) - view.topLeft()) * viewport.worldPx();
      const QRectF box(centre - QPointF(room.width() / 2, room.height() / 2), room);
      if (!declutter.place(box.adjusted(-kLabelGapPx, -kLabelGapPx / 2, kLabelGapPx, kLabelGapPx / 2))) return;
      painter.drawImage(QPointF(std::round(box.x() * ratio) / ratio, std::round(box.y() * ratio) / ratio),
                        labelImage(label.name, style, ratio));
    });
  }
}

}  // namespace

BaseMapPicture paintBaseMap(const BaseMap& map, const MapViewport& viewport, const BaseMapLook& look,
                            qreal devicePixelRatio, const StreetScene* streets, std::span<const QRectF> taken) {
  QImage image((viewport.size() * devicePixelRatio).toSize(), QImage::Format_RGB32);
  image.setDevicePixelRatio(devicePixelRatio);
  image.fill(look.theme.map.water);
  QPainter painter(&image);
  painter.setRenderHint(QPainter::Antialiasing);
  paintLand(painter, map, viewport, look.theme);
  // A street map in sight shows distance better than a grid would, and names its places itself.
  const bool hasGround = streets != nullptr && streets->hasGround;
  if (!hasGround) paintGrid(painter, viewport, look.theme);
  paintLines(painter, map, viewport, look.theme, streets);
  if (streets != nullptr) paintStreets(painter, *streets, viewport, look.theme);
  Declutter declutter(viewport.size());
  for (const QRectF& box : taken) declutter.block(box);
  if (look.labels && !hasGround) paintLabels(painter, map, viewport, look, devicePixelRatio, declutter);
  if (look.labels && streets != nullptr)
    paintStreetNames(painter, *streets, viewport, look, devicePixelRatio, declutter);
  painter.end();
  const std::vector<QRectF>& names = declutter.boxes();
  return {image, QList<QRectF>(names.begin(), names.end())};
}

}  // namespace carport::ui
