#include "ui/widgets/map/tile_grid.h"

#include <algorithm>
#include <cmath>

namespace carport::ui {
namespace {

bool isInBounds(const QRectF& world, const QRectF& bounds) {
  // Bounds across the 180th meridian reach beyond 1.
  return world.intersects(bounds) || world.translated(1, 0).intersects(bounds);
}

}  // namespace

bool isInSight(const MapViewport& viewport, const QRectF& bounds) {
  const QRectF seen = viewport.worldRect();
  const double first = std::floor(seen.left()) - 1;
  for (double world = first; world <= seen.right(); world += 1) {
    if (seen.intersects(bounds.translated(world, 0))) return true;
  }
  return false;
}

QRectF TilePlace::targetIn(const MapViewport& viewport, double ratio) const {
  const double sidePx = viewport.worldPx() / std::ldexp(1.0, tile.zoom);
  const QRectF seen = viewport.worldRect();
  const auto edge = [ratio](double px) { return std::round(px * ratio) / ratio; };
  const double left = double(column) * sidePx - seen.left() * viewport.worldPx();
  const double top = double(tile.y) * sidePx - seen.top() * viewport.worldPx();
  return {QPointF(edge(left), edge(top)), QPointF(edge(left + sidePx), edge(top + sidePx))};
}

int tileZoomFor(const MapViewport& viewport, double ratio, const TileSourceInfo& info, int sidePx) {
  const double sharp = viewport.zoom() + std::log2(kWorldPx * ratio / sidePx);
  return std::clamp(int(std::lround(sharp)), info.minZoom, info.maxZoom);
}

std::vector<TilePlace> tilesInSight(const MapViewport& viewport, int zoom, const TileSourceInfo& info,
                                    std::size_t most) {
  const double side = std::ldexp(1.0, zoom);
  const QRectF seen = viewport.worldRect();
  const auto index = [side](double at) { return qint64(std::floor(at * side)); };
  const qint64 top = std::max<qint64>(index(seen.top()), 0);
  const qint64 bottom = std::min<qint64>(index(seen.bottom()), qint64(side) - 1);
  const qint64 left = index(seen.left());
  const qint64 right = index(seen.right());
  if (bottom < top || double(right - left + 1) * double(bottom - top + 1) > 4.0 * double(most)) return {};
  std::vector<TilePlace> places;
  for (qint64 y = top; y <= bottom; ++y) {
    for (qint64 column = left; column <= right; ++column) {
      const auto around = qint64(side);
      const TileId tile{zoom, quint32(((column % around) + around) % around), quint32(y)};
      if (isInBounds(worldOf(tile), info.bounds)) places.push_back({tile, column});
    }
  }
  if (places.size() > most) return {};
  const QPointF middle = viewport.centre() * side - QPointF(0.5, 0.5);
  const auto apart = [middle](const TilePlace& place) {
    return std::hypot(double(place.column) - middle.x(), double(place.tile.y) - middle.y());
  };
  std::sort(places.begin(), places.end(), [&](const TilePlace& a, const TilePlace& b) { return apart(a) < apart(b); });
  return places;
}

}  // namespace carport::ui
