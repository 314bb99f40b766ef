#pragma once

#include "ui/models/tile_id.h"

#include <QString>

#include <vector>

namespace carport::ui {

/// A part of an online map that is kept on this disk. A plain value.
struct TileArea {
  /// Most pictures of one area: what a provider can be asked for in good conscience.
  static constexpr qint64 kMaxTiles = 20'000;

  qint64 number = 0;  ///< in the cache; 0: not kept yet
  QRectF world;       ///< on the web mercator square; x may lie outside 0 to 1
  int firstZoom = 0;
  int lastZoom = 0;
  QString name;

  bool operator==(const TileArea&) const = default;

  std::vector<TileRange> ranges() const;
  qint64 count() const;
};

/// How much of an area is there.
struct TileCompleteness {
  qint64 all = 0;
  qint64 kept = 0;         ///< pictures
  qint64 unavailable = 0;  ///< the server said that there are none
  qint64 bytes = 0;

  qint64 missing() const { return all - kept - unavailable; }
  bool operator==(const TileCompleteness&) const = default;
};

}  // namespace carport::ui
