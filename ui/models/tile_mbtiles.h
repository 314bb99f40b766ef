#pragma once

#include "gateway/base/result.h"
#include "ui/models/own_thread.h"
#include "ui/models/tile_source.h"

#include <memory>
#include <optional>
#include <utility>

namespace carport::ui {

class MbtilesFile;

/// The pictures of an MBTiles file, read on one thread of its own. Owner: TileAtlas. GUI thread; the destructor waits
/// for what is being read.
class TileMbtiles : public TileSource {
  Q_OBJECT

 public:
  /// Refused with a sentence where the file has no pictures that can be drawn.
  static Result<std::unique_ptr<TileMbtiles>> open(const QString& file);
  ~TileMbtiles() override;

  const QString& file() const { return m_path; }
  TileSourceInfo info() const override { return m_info; }
  void want(const std::vector<TileId>& tiles) override;

 private:
  using Answer = std::pair<TileId, Result<std::optional<QByteArray>>>;

  TileMbtiles(const QString& path, std::unique_ptr<MbtilesFile> file);
  void readNext();
  void take(const std::vector<Answer>& answers);

  QString m_path;
  TileSourceInfo m_info;
  std::unique_ptr<MbtilesFile> m_file;  ///< the thread's alone
  std::vector<TileId> m_waiting;
  std::vector<TileId> m_reading;
  OwnThread m_thread;
};

}  // namespace carport::ui
