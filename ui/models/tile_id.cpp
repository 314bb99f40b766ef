#include "ui/models/tile_id.h"

#include <algorithm>
#include <cmath>

namespace carport::ui {

bool isOnGrid(const TileId& tile) {
  if (tile.zoom < 0 || tile.zoom > kMaxTileZoom) return false;
  const quint32 side = 1U << tile.zoom;
  return tile.x < side && tile.y < side;
}

QRectF worldOf(const TileId& tile) {
  const double side = std::ldexp(1.0, -tile.zoom);
  return {tile.x * side, tile.y * side, side, side};
}

TileId ancestorOf(const TileId& tile, int levels) {
  return {tile.zoom - levels, tile.x >> levels, tile.y >> levels};
}

std::vector<TileRange> tileRanges(const QRectF& world, int zoom) {
  if (world.isEmpty() || zoom < 0 || zoom > kMaxTileZoom) return {};
  const double side = std::ldexp(1.0, zoom);
  const auto row = [side](double y) { return quint32(std::clamp(std::floor(y * side), 0.0, side - 1)); };
  // An edge that is on a line of the grid belongs to the tile before it.
  const auto last = [side](double edge) { return std::nextafter(edge * side, -1.0) / side; };
  if (world.bottom() <= 0 || world.top() >= 1) return {};
  const quint32 top = row(world.top());
  const quint32 bottom = row(last(world.bottom()));
  if (world.width() >= 1) return {{zoom, 0, top, quint32(side) - 1, bottom}};
  const double left = world.left() - std::floor(world.left());
  const double right = left + world.width();
  if (right <= 1) return {{zoom, row(left), top, row(last(right)), bottom}};
  const quint32 wrapped = row(last(right - 1));
  // So far around that both ends meet in one tile: that is the whole row.
  if (wrapped >= row(left)) return {{zoom, 0, top, quint32(side) - 1, bottom}};
  return {{zoom, row(left), top, quint32(side) - 1, bottom}, {zoom, 0, top, wrapped, bottom}};
}

}  // namespace carport::ui
