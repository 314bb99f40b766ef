#pragma once

#include "gateway/base/error.h"

#include <cstdint>

namespace carport::ui {

/// What can be wrong with a map of tiles, its address, its cache or an area of it.
enum class TileErrc : std::uint8_t {
  cannotRead = 1,
  notMbtiles,
  vectorTiles,
  unknownPictures,
  noTiles,
  damaged,
  tooSlow,
  tooManyFiles,
  wrongAddress,
  noAttribution,
  cacheUnusable,
  cacheNewer,
  tooManyTiles,
  tooManyAreas,
  cacheTooSmall,
  noProvider,
};

const ErrorDomain& errorDomain(TileErrc);

}  // namespace carport::ui
