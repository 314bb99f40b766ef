#pragma once

#include <QHashFunctions>
#include <QRectF>

#include <vector>

namespace carport::ui {

/// No map has tiles nearer than this.
inline constexpr int kMaxTileZoom = 22;

/// A square picture of a map on the web mercator grid: 2^zoom of them a side, the first at 180° west, 85.05° north.
struct TileId {
  int zoom = 0;
  quint32 x = 0;
  quint32 y = 0;

  bool operator==(const TileId&) const = default;
};

inline std::size_t qHash(const TileId& tile, std::size_t seed = 0) {
  return qHashMulti(seed, tile.zoom, tile.x, tile.y);
}

/// Whether there is such a tile on the grid.
bool isOnGrid(const TileId& tile);
/// The part of the web mercator square (0 to 1) that a tile shows.
QRectF worldOf(const TileId& tile);
/// The tile of a farther zoom that shows this one's place; `levels` up.
TileId ancestorOf(const TileId& tile, int levels);

/// Neighbouring tiles of one zoom; both ends belong to it.
struct TileRange {
  int zoom = 0;
  quint32 left = 0;
  quint32 top = 0;
  quint32 right = 0;
  quint32 bottom = 0;

  qint64 count() const { return (qint64(right) - left + 1) * (qint64(bottom) - top + 1); }
  bool operator==(const TileRange&) const = default;
};

/// The tiles of a zoom that `world` touches: web mercator, x may lie outside 0 to 1. Around the 180th meridian they are
/// two ranges. Empty for nothing.
std::vector<TileRange> tileRanges(const QRectF& world, int zoom);

}  // namespace carport::ui
