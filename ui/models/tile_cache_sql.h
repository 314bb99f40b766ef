#pragma once

#include "gateway/base/result.h"
#include "ui/models/tile_errc.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>
#include <type_traits>

namespace carport::ui {

/// What a kept picture takes on the disk beside its bytes; the size of a row that says that there is none.
inline constexpr qint64 kTileRowBytes = 200;

inline Error tileCacheError(const SQLite::Exception& why) {
  return Error(TileErrc::cacheUnusable, std::string("Map pictures cannot be kept on this disk: ") + why.what());
}

/// Runs what talks to SQLite; its exceptions end here.
template <typename T, typename Work>
Result<T> guardedSql(Work work) {
  try {
    if constexpr (std::is_void_v<T>) {
      work();
      return {};
    } else {
      return work();
    }
  } catch (const SQLite::Exception& why) {
    return tl::unexpected<Error>(tileCacheError(why));
  }
}

}  // namespace carport::ui
