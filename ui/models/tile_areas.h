#pragma once

#include "gateway/base/result.h"
#include "ui/models/tile_download.h"

#include <QObject>

#include <vector>

namespace carport::ui {

/// The areas of the online map that are kept on this disk: counted before, fetched one at a time, and told how complete
/// they are by what is really there. Owner: TileAtlas; cache and online map outlive it. GUI thread.
class TileAreas : public QObject {
  Q_OBJECT

 public:
  struct Area {
    TileArea area;
    TileCompleteness there;
  };
  /// What an area would take.
  struct Estimate {
    qint64 count = 0;
    qint64 bytes = 0;
  };
  /// Where no picture was seen yet.
  static constexpr qint64 kUsualTileBytes = 20 * 1024;

  TileAreas(TileCache& cache, TileOnline& online, QObject* parent = nullptr);

  /// Of the provider that is entered.
  const std::vector<Area>& areas() const { return m_areas; }
  const TileDownload& download() const { return m_download; }
  Estimate estimate(const TileArea& area) const;
  /// Why an area cannot be kept: too large, no room, no provider.
  Result<void> check(const TileArea& area) const;

  /// Remembers a new area and fetches it; troubled() says what is in the way.
  void add(const TileArea& area);
  /// Fetches what is missing of one.
  void complete(const TileArea& area);
  void remove(const TileArea& area);
  void pause() { m_download.pause(); }
  void resume() { m_download.resume(); }
  void cancel() { m_download.cancel(); }
  /// Looks again at what is there.
  void refresh();

 signals:
  /// areas(), or how far download() is.
  void changed();
  void troubled(const QString& sentence);

 private:
  QByteArray key() const { return m_online.provider().key(); }

  TileCache& m_cache;
  TileOnline& m_online;
  TileDownload m_download;
  std::vector<Area> m_areas;
  qint64 m_meanBytes = 0;
};

/// "1,234 of 1,240 pictures, 6 not available".
QString completenessText(const TileCompleteness& there);

}  // namespace carport::ui
