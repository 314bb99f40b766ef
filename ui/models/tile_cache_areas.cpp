// The areas of TileCacheFile: what is kept on purpose, and how complete it is.
#include "ui/models/tile_cache_file.h"
#include "ui/models/tile_cache_sql.h"

namespace carport::ui {

Result<std::vector<TileArea>> TileCacheFile::areas(const QByteArray& provider) {
  return guardedSql<std::vector<TileArea>>([&] {
    SQLite::Statement query(*m_database,
                            "SELECT number, left, top, width, height, first_zoom, last_zoom, name FROM areas "
                            "WHERE provider = ? ORDER BY number LIMIT ?");
    query.bind(1, providerNumber(provider));
    query.bind(2, kMaxAreas);
    std::vector<TileArea> all;
    while (query.executeStep()) {
      const auto real = [&](int at) { return query.getColumn(at).getDouble(); };
      all.push_back({query.getColumn(0).getInt64(), QRectF(real(1), real(2), real(3), real(4)),
                     query.getColumn(5).getInt(), query.getColumn(6).getInt(),
                     QString::fromStdString(query.getColumn(7).getString())});
    }
    return all;
  });
}

Result<TileArea> TileCacheFile::addArea(const QByteArray& provider, const TileArea& area) {
  if (area.count() > TileArea::kMaxTiles) return fail(TileErrc::tooManyTiles);
  const auto before = areas(provider);
  if (!before) return failFrom(before);
  if (before->size() >= std::size_t(kMaxAreas)) return fail(TileErrc::tooManyAreas);
  return guardedSql<TileArea>([&] {
    SQLite::Statement adding(*m_database,
                             "INSERT INTO areas (provider, left, top, width, height, first_zoom, last_zoom, name) "
                             "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    adding.bind(1, providerNumber(provider));
    adding.bind(2, area.world.x());
    adding.bind(3, area.world.y());
    adding.bind(4, area.world.width());
    adding.bind(5, area.world.height());
    adding.bind(6, area.firstZoom);
    adding.bind(7, area.lastZoom);
    adding.bind(8, area.name.toStdString());
    adding.exec();
    TileArea added = area;
    added.number = m_database->getLastInsertRowid();
    return added;
  });
}

SQLite::Statement TileCacheFile::rangeQuery(const char* text, std::int64_t provider, const TileRange& range) {
  SQLite::Statement query(
      *m_database, std::string(text) + " WHERE provider = ? AND zoom = ? AND x BETWEEN ? AND ? AND y BETWEEN ? AND ?");
  query.bind(1, provider);
  query.bind(2, range.zoom);
  query.bind(3, range.left);
  query.bind(4, range.right);
  query.bind(5, range.top);
  query.bind(6, range.bottom);
  return query;
}

void TileCacheFile::markKept(std::int64_t provider, const TileArea& area, bool kept) {
  for (const TileRange& range : area.ranges())
    rangeQuery(kept ? "UPDATE tiles SET kept = 1" : "UPDATE tiles SET kept = 0", provider, range).exec();
}

Result<void> TileCacheFile::removeArea(const QByteArray& provider, const TileArea& area) {
  const auto all = areas(provider);
  if (!all) return failFrom(all);
  return guardedSql<void>([&] {
    SQLite::Transaction removing(*m_database);
    const std::int64_t number = providerNumber(provider);
    SQLite::Statement gone(*m_database, "DELETE FROM areas WHERE number = ?");
    gone.bind(1, std::int64_t(area.number));
    gone.exec();
    markKept(number, area, false);
    for (const TileArea& other : *all) {
      if (other.number != area.number) markKept(number, other, true);
    }
    countBytes();
    makeRoom();
    removing.commit();
  });
}

Result<TileCompleteness> TileCacheFile::completeness(const QByteArray& provider, const TileArea& area) {
  return guardedSql<TileCompleteness>([&] {
    TileCompleteness sum{area.count()};
    const std::int64_t number = providerNumber(provider);
    const std::string text = "SELECT count(*), coalesce(sum(size = " + std::to_string(kTileRowBytes) +
                             "), 0), coalesce(sum(size), 0) FROM tiles";
    for (const TileRange& range : area.ranges()) {
      SQLite::Statement query = rangeQuery(text.c_str(), number, range);
      query.executeStep();
      const qint64 without = query.getColumn(1).getInt64();
      sum.kept += query.getColumn(0).getInt64() - without;
      sum.unavailable += without;
      sum.bytes += query.getColumn(2).getInt64();
    }
    return sum;
  });
}

}  // namespace carport::ui
