#pragma once

#include "ui/models/projection.h"
#include "ui/models/tile_source.h"

#include <vector>

namespace carport::ui {

/// Where a tile is drawn: one of the copies of the world.
struct TilePlace {
  TileId tile;
  qint64 column = 0;  ///< counted on around the globe

  /// The tile's square on the screen, its edges on whole device pixels, so that neighbours meet.
  QRectF targetIn(const MapViewport& viewport, double ratio) const;
};

/// Whether a part of the world is seen; `bounds` may reach beyond the 180th meridian.
bool isInSight(const MapViewport& viewport, const QRectF& bounds);
/// The zoom whose pictures are nearest to the size they are drawn at, of those that the map has.
int tileZoomFor(const MapViewport& viewport, double ratio, const TileSourceInfo& info, int sidePx);

/// The tiles of a zoom in sight of `viewport`, from its middle outwards; none where they are more than `most`.
std::vector<TilePlace> tilesInSight(const MapViewport& viewport, int zoom, const TileSourceInfo& info,
                                    std::size_t most);

}  // namespace carport::ui
