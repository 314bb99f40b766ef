#include "ui/models/tile_cache_file.h"

#include "ui/models/tile_cache_sql.h"
#include "ui/models/tile_errc.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>
#include <zlib.h>

#include <algorithm>

namespace carport::ui {
namespace {

constexpr int kCacheVersion = 1;
constexpr int kCacheBusyMs = 2'000;         // another portal may use the same file
constexpr qint64 kUsedStepMs = 3'600'000;   // when a picture was used is told to the hour, to spare the disk
constexpr double kRoomAfterEviction = 0.9;  // of the limit
constexpr qint64 kFewestForMean = 20;
constexpr int kEvictTogether = 128;

constexpr const char* kCacheSchema = R"(
CREATE TABLE providers (number INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE);
CREATE TABLE tiles (row INTEGER PRIMARY KEY, provider INTEGER NOT NULL, zoom INTEGER NOT NULL, x INTEGER NOT NULL,
  y INTEGER NOT NULL, size INTEGER NOT NULL, kept INTEGER NOT NULL, used INTEGER NOT NULL, fresh INTEGER NOT NULL,
  etag BLOB NOT NULL, modified BLOB NOT NULL, checksum INTEGER NOT NULL, picture BLOB NOT NULL,
  UNIQUE (provider, zoom, x, y));
CREATE INDEX tiles_used ON tiles (kept, used, size);
CREATE TABLE areas (number INTEGER PRIMARY KEY, provider INTEGER NOT NULL, left REAL NOT NULL, top REAL NOT NULL,
  width REAL NOT NULL, height REAL NOT NULL, first_zoom INTEGER NOT NULL, last_zoom INTEGER NOT NULL, name TEXT NOT NULL);
)";

bool isDamage(const SQLite::Exception& why) {
  const int code = why.getErrorCode() & 0xff;
  return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

std::int64_t checksumOf(const QByteArray& bytes) {
  return std::int64_t(crc32(0, reinterpret_cast<const Bytef*>(bytes.constData()), uInt(bytes.size())));
}

void bindBytes(SQLite::Statement& to, int at, const QByteArray& bytes) {
  // An empty one would be bound as NULL without a place to point at.
  to.bind(at, bytes.isEmpty() ? "" : bytes.constData(), int(bytes.size()));
}

QByteArray bytesOf(const SQLite::Column& column) {
  return {static_cast<const char*>(column.getBlob()), column.getBytes()};
}

void bindTile(SQLite::Statement& to, std::int64_t provider, const TileId& tile) {
  to.bind(1, provider);
  to.bind(2, tile.zoom);
  to.bind(3, tile.x);
  to.bind(4, tile.y);
}

}  // namespace

TileCacheFile::TileCacheFile() {
  m_use.limitBytes = kDefaultLimitBytes;
}

TileCacheFile::~TileCacheFile() = default;

Result<std::unique_ptr<TileCacheFile>> TileCacheFile::open(const QString& file) {
  if (!QDir().mkpath(QFileInfo(file).absolutePath())) return fail(TileErrc::cacheUnusable);
  std::unique_ptr<TileCacheFile> opened(new TileCacheFile);
  for (const bool isLastTry : {false, true}) {
    try {
      opened->openDatabase(file);
      if (opened->m_database->execAndGet("PRAGMA user_version").getInt() > kCacheVersion)
        return fail(TileErrc::cacheNewer);
      opened->countBytes();
      return opened;
    } catch (const SQLite::Exception& why) {
      opened->m_database.reset();
      if (isLastTry || !isDamage(why)) return tl::unexpected<Error>(tileCacheError(why));
      for (const char* suffix : {"", "-wal", "-shm"}) QFile::remove(file + QLatin1String(suffix));
    }
  }
  return fail(TileErrc::cacheUnusable);
}

void TileCacheFile::openDatabase(const QString& file) {
  m_database = std::make_unique<SQLite::Database>(file.toStdString(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE,
                                                  kCacheBusyMs);
  // What was looked at is nobody else's business.
  QFile::setPermissions(file, QFileDevice::ReadOwner | QFileDevice::WriteOwner);
  m_database->exec("PRAGMA auto_vacuum = INCREMENTAL");
  m_database->execAndGet("PRAGMA journal_mode = WAL");
  // A crash of the computer may lose the newest pictures, never the file.
  m_database->exec("PRAGMA synchronous = NORMAL");
  if (m_database->execAndGet("PRAGMA user_version").getInt() != 0) return;
  SQLite::Transaction making(*m_database);
  m_database->exec(kCacheSchema);
  m_database->exec("PRAGMA user_version = 1");
  making.commit();
}

void TileCacheFile::countBytes() {
  SQLite::Statement query(*m_database, "SELECT kept, sum(size) FROM tiles GROUP BY kept");
  m_use.bytes = m_use.keptBytes = 0;
  while (query.executeStep()) {
    const std::int64_t bytes = query.getColumn(1).getInt64();
    m_use.bytes += bytes;
    if (query.getColumn(0).getInt() != 0) m_use.keptBytes = bytes;
  }
}

std::int64_t TileCacheFile::providerNumber(const QByteArray& provider) {
  SQLite::Statement query(*m_database, "SELECT number FROM providers WHERE key = ?");
  bindBytes(query, 1, provider);
  if (query.executeStep()) return query.getColumn(0).getInt64();
  SQLite::Statement adding(*m_database, "INSERT INTO providers (key) VALUES (?)");
  bindBytes(adding, 1, provider);
  adding.exec();
  return m_database->getLastInsertRowid();
}

Result<std::optional<CachedTile>> TileCacheFile::find(const QByteArray& provider, const TileId& tile, qint64 nowMs) {
  return guardedSql<std::optional<CachedTile>>([&]() -> std::optional<CachedTile> {
    SQLite::Statement query(*m_database,
                            "SELECT row, used, fresh, etag, modified, checksum, picture FROM tiles "
                            "WHERE provider = ? AND zoom = ? AND x = ? AND y = ?");
    bindTile(query, providerNumber(provider), tile);
    if (!query.executeStep()) return std::nullopt;
    const std::int64_t row = query.getColumn(0).getInt64();
    CachedTile found{bytesOf(query.getColumn(6)),
                     {bytesOf(query.getColumn(3)), bytesOf(query.getColumn(4))},
                     query.getColumn(2).getInt64()};
    if (checksumOf(found.picture) != query.getColumn(5).getInt64()) {
      query.reset();
      forget(row);
      return std::nullopt;
    }
    if (nowMs - query.getColumn(1).getInt64() > kUsedStepMs) {
      SQLite::Statement used(*m_database, "UPDATE tiles SET used = ? WHERE row = ?");
      used.bind(1, std::int64_t(nowMs));
      used.bind(2, row);
      used.exec();
    }
    return found;
  });
}

void TileCacheFile::forget(std::int64_t row) {
  SQLite::Statement gone(*m_database, "DELETE FROM tiles WHERE row = ? RETURNING size, kept");
  gone.bind(1, row);
  if (!gone.executeStep()) return;
  m_use.bytes -= gone.getColumn(0).getInt64();
  if (gone.getColumn(1).getInt() != 0) m_use.keptBytes -= gone.getColumn(0).getInt64();
  gone.executeStep();
}

Result<void> TileCacheFile::store(const QByteArray& provider, const TileId& tile, const CachedTile& cached, bool keep,
                                  qint64 nowMs) {
  return guardedSql<void>([&] {
    SQLite::Transaction storing(*m_database);
    const std::int64_t number = providerNumber(provider);
    SQLite::Statement old(*m_database,
                          "SELECT row, kept FROM tiles WHERE provider = ? AND zoom = ? AND x = ? AND y = ?");
    bindTile(old, number, tile);
    bool isKept = keep;
    if (old.executeStep()) {
      isKept = isKept || old.getColumn(1).getInt() != 0;
      const std::int64_t row = old.getColumn(0).getInt64();
      old.reset();
      forget(row);
    }
    const std::int64_t size = cached.picture.size() + kTileRowBytes;
    const bool fits = m_use.keptBytes + size <= m_use.limitBytes;
    if (fits) {
      SQLite::Statement adding(*m_database,
                               "INSERT INTO tiles (provider, zoom, x, y, size, kept, used, fresh, etag, modified, "
                               "checksum, picture) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
      bindTile(adding, number, tile);
      adding.bind(5, size);
      adding.bind(6, isKept ? 1 : 0);
      adding.bind(7, std::int64_t(nowMs));
      adding.bind(8, std::int64_t(cached.freshUntilMs));
      bindBytes(adding, 9, cached.validators.etag);
      bindBytes(adding, 10, cached.validators.lastModified);
      adding.bind(11, checksumOf(cached.picture));
      bindBytes(adding, 12, cached.picture);
      adding.exec();
      m_use.bytes += size;
      if (isKept) m_use.keptBytes += size;
    }
    makeRoom();
    storing.commit();
  });
}

void TileCacheFile::makeRoom() {
  if (m_use.bytes <= m_use.limitBytes) return;
  const auto wanted = qint64(double(m_use.limitBytes) * kRoomAfterEviction);
  while (m_use.bytes > wanted) {
    SQLite::Statement oldest(*m_database, "SELECT row FROM tiles WHERE kept = 0 ORDER BY used LIMIT ?");
    oldest.bind(1, kEvictTogether);
    std::vector<std::int64_t> rows;
    while (oldest.executeStep()) rows.push_back(oldest.getColumn(0).getInt64());
    if (rows.empty()) break;
    for (const std::int64_t row : rows) {
      if (m_use.bytes <= wanted) break;
      forget(row);
    }
  }
}

Result<void> TileCacheFile::refresh(const QByteArray& provider, const TileId& tile, qint64 freshUntilMs) {
  return guardedSql<void>([&] {
    SQLite::Statement fresh(*m_database,
                            "UPDATE tiles SET fresh = ?5 WHERE provider = ?1 AND zoom = ?2 AND x = ?3 AND y = ?4");
    bindTile(fresh, providerNumber(provider), tile);
    fresh.bind(5, std::int64_t(freshUntilMs));
    fresh.exec();
  });
}

Result<void> TileCacheFile::setLimit(qint64 bytes) {
  m_use.limitBytes = std::clamp(bytes, kMinLimitBytes, kMaxLimitBytes);
  return guardedSql<void>([&] {
    makeRoom();
    m_database->exec("PRAGMA incremental_vacuum");
  });
}

Result<void> TileCacheFile::clear() {
  return guardedSql<void>([&] {
    m_database->exec("DELETE FROM tiles WHERE kept = 0");
    countBytes();
    m_database->exec("PRAGMA incremental_vacuum");
    m_database->execAndGet("PRAGMA wal_checkpoint(TRUNCATE)");
  });
}

TileCacheUse TileCacheFile::use() const {
  return m_use;
}

Result<qint64> TileCacheFile::meanBytes(const QByteArray& provider) {
  return guardedSql<qint64>([&] {
    SQLite::Statement query(*m_database,
                            "SELECT count(*), avg(size) FROM (SELECT size FROM tiles WHERE provider = ? LIMIT 1000)");
    query.bind(1, providerNumber(provider));
    query.executeStep();
    return query.getColumn(0).getInt64() < kFewestForMean ? qint64(0) : qint64(query.getColumn(1).getDouble());
  });
}

Result<bool> TileCacheFile::keep(const QByteArray& provider, const TileId& tile) {
  return guardedSql<bool>([&] {
    SQLite::Statement keeping(*m_database,
                              "UPDATE tiles SET kept = 1 WHERE provider = ? AND zoom = ? AND x = ? AND y = ? "
                              "AND kept = 0 RETURNING size");
    bindTile(keeping, providerNumber(provider), tile);
    if (keeping.executeStep()) {
      m_use.keptBytes += keeping.getColumn(0).getInt64();
      keeping.executeStep();
      return true;
    }
    SQLite::Statement there(*m_database, "SELECT 1 FROM tiles WHERE provider = ? AND zoom = ? AND x = ? AND y = ?");
    bindTile(there, providerNumber(provider), tile);
    return there.executeStep();
  });
}

}  // namespace carport::ui
