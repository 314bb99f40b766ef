#pragma once

#include "gateway/base/result.h"
#include "ui/models/tile_areas.h"
#include "ui/models/tile_mbtiles.h"

#include <QObject>
#include <QStringList>

#include <functional>
#include <memory>
#include <vector>

namespace carport::ui {

/// The maps of pictures that the operator has added: MBTiles files and one online map with what is kept of it. Owner:
/// Portal. GUI thread.
class TileAtlas : public QObject {
  Q_OBJECT

 public:
  static constexpr std::size_t kMaxFiles = 8;

  explicit TileAtlas(QObject* parent = nullptr);
  ~TileAtlas() override;

  /// Where pictures of online maps are kept: a file, which is made where there is none.
  void open(const QString& cacheFile);
  /// Files, online map and limit as preferences keep them: JSON. What does not read back is said with troubled().
  void restore(const QByteArray& settings);
  QByteArray settings() const;

  const std::vector<std::unique_ptr<TileMbtiles>>& files() const { return m_files; }
  /// Refused with a sentence; one that is there already is only found again.
  Result<TileMbtiles*> addFile(const QString& file);
  void removeFile(const QString& file);

  TileOnline& online() { return m_online; }
  TileAreas& areas() { return m_areas; }
  /// An empty one ends it. What was kept of another stays until there is no room.
  Result<void> setProvider(const TileProvider& provider);
  /// Asks a provider for one picture; `done` hears what came of it as a sentence. A later probe takes its place.
  void probe(const TileProvider& provider, const TileId& tile,
             std::function<void(bool good, const QString& sentence)> done);

  const TileCacheUse& cacheUse() const { return m_cache.use(); }
  void setCacheLimit(qint64 bytes);
  /// Whether pictures are dimmed in the dark look, so that cars are what one sees.
  bool isDimmed() const { return m_isDimmed; }
  void setDimmed(bool dimmed);
  /// Throws away all pictures of online maps but those of areas.
  void clearCache();

 signals:
  void filesChanged();
  void cacheChanged();
  void dimmedChanged();
  /// settings() are others.
  void settingsChanged(const QByteArray& settings);
  /// A sentence for a person.
  void troubled(const QString& sentence);

 private:
  void changed();
  void applyLimit();

  TileCache m_cache;
  TileOnline m_online;
  TileAreas m_areas;
  TileFetcher m_prober;
  std::vector<std::unique_ptr<TileMbtiles>> m_files;
  QStringList m_absent;  ///< files that could not be opened at the start: a drive may come back
  qint64 m_limitBytes = TileCacheFile::kDefaultLimitBytes;
  bool m_isDimmed = true;
  bool m_isRestoring = false;
};

}  // namespace carport::ui
