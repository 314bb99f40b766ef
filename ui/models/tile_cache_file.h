#pragma once

#include "gateway/base/result.h"
#include "ui/client/tile_fetcher.h"
#include "ui/models/tile_area.h"

#include <QByteArray>

#include <memory>
#include <optional>
#include <vector>

namespace SQLite {
class Database;
class Statement;
}  // namespace SQLite

namespace carport::ui {

/// A picture of an online map as it is kept. Times in milliseconds since 1970.
struct CachedTile {
  QByteArray picture;  ///< empty: the server has none there
  TileValidators validators;
  qint64 freshUntilMs = 0;
};

/// What takes how much room.
struct TileCacheUse {
  qint64 bytes = 0;
  qint64 keptBytes = 0;  ///< of areas, which nothing pushes out
  qint64 limitBytes = 0;
};

/// Pictures of online maps on the disk, below a limit: one SQLite file, so that it survives a crash; every picture with
/// its checksum. At the limit those used longest ago go; those of kept areas stay. A file that is damaged is begun
/// anew: what is in it can be fetched again. One thread at a time.
class TileCacheFile {
 public:
  static constexpr qint64 kDefaultLimitBytes = 256LL * 1024 * 1024;
  static constexpr qint64 kMinLimitBytes = 16LL * 1024 * 1024;
  static constexpr qint64 kMaxLimitBytes = 64LL * 1024 * 1024 * 1024;
  static constexpr int kMaxAreas = 16;

  /// Opens or makes the file.
  static Result<std::unique_ptr<TileCacheFile>> open(const QString& file);
  ~TileCacheFile();

  /// The picture, if its checksum holds. `nowMs` becomes when it was used last.
  Result<std::optional<CachedTile>> find(const QByteArray& provider, const TileId& tile, qint64 nowMs);
  /// Stores it, in the place of an older one. `keep`: nothing pushes it out. Where there is no room it is left out.
  Result<void> store(const QByteArray& provider, const TileId& tile, const CachedTile& cached, bool keep, qint64 nowMs);
  /// It is as it was, for so much longer.
  Result<void> refresh(const QByteArray& provider, const TileId& tile, qint64 freshUntilMs);
  /// Marks what is there as kept; whether it was.
  Result<bool> keep(const QByteArray& provider, const TileId& tile);

  TileCacheUse use() const;
  Result<void> setLimit(qint64 bytes);
  /// Throws away all pictures but those of areas.
  Result<void> clear();
  /// The mean size of a provider's pictures, for estimates; 0 while there are too few to tell.
  Result<qint64> meanBytes(const QByteArray& provider);

  Result<std::vector<TileArea>> areas(const QByteArray& provider);
  /// Remembers an area and hands it back with its number.
  Result<TileArea> addArea(const QByteArray& provider, const TileArea& area);
  /// Forgets it; its pictures may go now, unless another area has them.
  Result<void> removeArea(const QByteArray& provider, const TileArea& area);
  Result<TileCompleteness> completeness(const QByteArray& provider, const TileArea& area);

 private:
  TileCacheFile();
  void openDatabase(const QString& file);
  void countBytes();
  std::int64_t providerNumber(const QByteArray& provider);
  void makeRoom();
  void forget(std::int64_t row);
  void markKept(std::int64_t provider, const TileArea& area, bool kept);
  SQLite::Statement rangeQuery(const char* text, std::int64_t provider, const TileRange& range);

  std::unique_ptr<SQLite::Database> m_database;
  TileCacheUse m_use;
};

}  // namespace carport::ui
