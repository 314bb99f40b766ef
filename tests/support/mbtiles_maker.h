#pragma once

#include "ui/models/tile_id.h"

#include <QByteArray>
#include <QFile>
#include <QString>

#include <SQLiteCpp/SQLiteCpp.h>

#include <functional>
#include <map>
#include <string>

/// MBTiles files for tests.
namespace carport::ui::test {

/// Writes `file` anew with these rows of metadata and, for every tile of the zooms, what `picture` makes of it.
inline void makeMbtiles(const QString& file, const std::map<std::string, std::string>& metadata, int firstZoom,
                        int lastZoom, const std::function<QByteArray(const TileId&)>& picture) {
  QFile::remove(file);
  SQLite::Database database(file.toStdString(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  database.exec("CREATE TABLE metadata (name TEXT, value TEXT)");
  database.exec("CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)");
  database.exec("CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)");
  SQLite::Transaction all(database);
  for (const auto& [name, value] : metadata) {
    SQLite::Statement row(database, "INSERT INTO metadata VALUES (?, ?)");
    row.bind(1, name);
    row.bind(2, value);
    row.exec();
  }
  for (int zoom = firstZoom; zoom <= lastZoom; ++zoom) {
    const quint32 side = 1U << zoom;
    for (quint32 at = 0; at < side * side; ++at) {
      const TileId tile{zoom, at % side, at / side};
      const QByteArray bytes = picture(tile);
      if (bytes.isEmpty()) continue;
      SQLite::Statement row(database, "INSERT INTO tiles VALUES (?, ?, ?, ?)");
      row.bind(1, zoom);
      row.bind(2, tile.x);
      row.bind(3, side - 1 - tile.y);  // counted from the south
      row.bind(4, bytes.constData(), int(bytes.size()));
      row.exec();
    }
  }
  all.commit();
}

}  // namespace carport::ui::test
