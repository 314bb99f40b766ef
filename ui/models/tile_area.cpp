#include "ui/models/tile_area.h"

namespace carport::ui {

std::vector<TileRange> TileArea::ranges() const {
  std::vector<TileRange> all;
  for (int zoom = firstZoom; zoom <= lastZoom; ++zoom) {
    const std::vector<TileRange> some = tileRanges(world, zoom);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

qint64 TileArea::count() const {
  qint64 sum = 0;
  for (const TileRange& range : ranges()) sum += range.count();
  return sum;
}

}  // namespace carport::ui
