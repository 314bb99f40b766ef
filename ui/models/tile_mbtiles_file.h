#pragma once

#include "gateway/base/result.h"
#include "ui/models/tile_source.h"

#include <memory>
#include <optional>

namespace SQLite {
class Database;
}

namespace carport::ui {

/// A file of raster tiles: SQLite with the tables `metadata` (name, value) and `tiles` (zoom_level, tile_column,
/// tile_row counted from the south, tile_data), as the MBTiles specification 1.3 has it. Opened for reading alone; a
/// stranger's file, so what it may make SQLite do is limited. One thread at a time.
class MbtilesFile {
 public:
  /// Refused with a sentence: what is no MBTiles file, has vector tiles, or no pictures.
  static Result<std::unique_ptr<MbtilesFile>> open(const QString& file);
  ~MbtilesFile();

  const TileSourceInfo& info() const { return m_info; }
  /// The picture; nothing where the file has none there.
  Result<std::optional<QByteArray>> read(const TileId& tile);

 private:
  explicit MbtilesFile(std::unique_ptr<SQLite::Database> database);
  void readInfo(const QString& file);
  QString metadata(const char* name);
  void readZooms();
  void readBounds();
  Result<void> checkPictures();
  /// SQLite gives up after so much work.
  void allowWork();

  std::unique_ptr<SQLite::Database> m_database;
  TileSourceInfo m_info;
  int m_workLeft = 0;
};

}  // namespace carport::ui
