#include "ui/models/tile_mbtiles_file.h"

#include "ui/models/projection.h"
#include "ui/models/tile_errc.h"

#include <QFileInfo>
#include <QStringList>

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <algorithm>
#include <cmath>

namespace carport::ui {
namespace {

constexpr int kWorkStep = 10'000;     // instructions of SQLite's machine between two looks
constexpr int kMaxWorkSteps = 1'000;  // about a second
constexpr int kMaxNameChars = 80;

Error mbtilesError(const SQLite::Exception& why) {
  switch (why.getErrorCode() & 0xff) {
    case SQLITE_INTERRUPT:
      return TileErrc::tooSlow;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_PERM:
    case SQLITE_BUSY:
      return TileErrc::cannotRead;
    case SQLITE_CORRUPT:
      return TileErrc::damaged;
    default:
      return TileErrc::notMbtiles;
  }
}

int spendWork(void* left) {
  return --*static_cast<int*>(left) < 0 ? 1 : 0;
}

}  // namespace

MbtilesFile::MbtilesFile(std::unique_ptr<SQLite::Database> database) : m_database(std::move(database)) {
  sqlite3* handle = m_database->getHandle();
  sqlite3_progress_handler(handle, kWorkStep, spendWork, &m_workLeft);
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, int(TileSource::kMaxTileBytes) * 2);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
}

MbtilesFile::~MbtilesFile() = default;

void MbtilesFile::allowWork() {
  m_workLeft = kMaxWorkSteps;
}

Result<std::unique_ptr<MbtilesFile>> MbtilesFile::open(const QString& file) {
  if (!QFileInfo(file).isFile()) return fail(TileErrc::cannotRead);
  try {
    auto database = std::make_unique<SQLite::Database>(file.toStdString(), SQLite::OPEN_READONLY);
    std::unique_ptr<MbtilesFile> opened(new MbtilesFile(std::move(database)));
    opened->allowWork();
    opened->readInfo(file);
    if (const auto checked = opened->checkPictures(); !checked) return failFrom(checked);
    opened->readZooms();
    opened->readBounds();
    return opened;
  } catch (const SQLite::Exception& why) {
    return tl::unexpected<Error>(mbtilesError(why));
  }
}

QString MbtilesFile::metadata(const char* name) {
  SQLite::Statement query(*m_database, "SELECT value FROM metadata WHERE name = ?");
  query.bind(1, name);
  return query.executeStep() ? QString::fromStdString(query.getColumn(0).getString()) : QString();
}

void MbtilesFile::readInfo(const QString& file) {
  m_info.name = metadata("name").simplified().left(kMaxNameChars);
  if (m_info.name.isEmpty()) m_info.name = QFileInfo(file).completeBaseName();
  m_info.attribution = plainAttribution(metadata("attribution"));
}

Result<void> MbtilesFile::checkPictures() {
  const QString format = metadata("format").trimmed().toLower();
  if (format == QLatin1String("pbf") || format == QLatin1String("mvt") || format.contains(QLatin1String("protobuf")))
    return fail(TileErrc::vectorTiles);
  SQLite::Statement query(*m_database, "SELECT tile_data FROM tiles LIMIT 1");
  if (!query.executeStep()) return fail(TileErrc::noTiles);
  const SQLite::Column blob = query.getColumn(0);
  const QByteArray first(static_cast<const char*>(blob.getBlob()), blob.getBytes());
  // Vector tiles are gzipped, or begin with the first field of the message.
  if (first.startsWith("\x1f\x8b") || first.startsWith('\x1a')) return fail(TileErrc::vectorTiles);
  if (!isTilePicture(first)) return fail(TileErrc::unknownPictures);
  return {};
}

void MbtilesFile::readZooms() {
  // One by one SQLite finds them by the index.
  const int lowest = m_database->execAndGet("SELECT min(zoom_level) FROM tiles").getInt();
  const int highest = m_database->execAndGet("SELECT max(zoom_level) FROM tiles").getInt();
  m_info.minZoom = std::clamp(lowest, 0, kMaxTileZoom);
  m_info.maxZoom = std::clamp(highest, m_info.minZoom, kMaxTileZoom);
}

void MbtilesFile::readBounds() {
  const QStringList parts = metadata("bounds").split(u',');
  if (parts.size() != 4) return;
  double edges[4];
  for (int n = 0; n < 4; ++n) {
    bool good = false;
    edges[n] = parts[n].trimmed().toDouble(&good);
    if (!good || !std::isfinite(edges[n]) || std::abs(edges[n]) > 180) return;
  }
  const WorldPoint northWest = toWorld({edges[3], edges[0]});
  WorldPoint southEast = toWorld({edges[1], edges[2]});
  // Beyond the 180th meridian the east is written smaller than the west.
  if (southEast.x() <= northWest.x()) southEast.rx() += 1;
  const QRectF bounds(northWest, southEast);
  if (!bounds.isEmpty()) m_info.bounds = bounds;
}

Result<std::optional<QByteArray>> MbtilesFile::read(const TileId& tile) {
  if (!isOnGrid(tile)) return std::optional<QByteArray>();
  try {
    allowWork();
    SQLite::Statement query(*m_database,
                            "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?");
    query.bind(1, tile.zoom);
    query.bind(2, tile.x);
    query.bind(3, (1U << tile.zoom) - 1 - tile.y);
    if (!query.executeStep()) return std::optional<QByteArray>();
    const SQLite::Column blob = query.getColumn(0);
    if (blob.getBytes() > TileSource::kMaxTileBytes) return fail(TileErrc::damaged);
    return std::optional(QByteArray(static_cast<const char*>(blob.getBlob()), blob.getBytes()));
  } catch (const SQLite::Exception& why) {
    return tl::unexpected<Error>(mbtilesError(why));
  }
}

}  // namespace carport::ui
