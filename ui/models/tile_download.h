#pragma once

#include "ui/models/tile_area.h"
#include "ui/models/tile_online.h"

#include <QObject>

#include <optional>
#include <vector>

namespace carport::ui {

/// Fetches the pictures of one area after the other into the cache, a few at a time, past those that are there. Stops
/// by itself where the server gives trouble, and goes on where it was told to. Owner: TileAreas; the online map
/// outlives it. GUI thread.
class TileDownload : public QObject {
  Q_OBJECT

 public:
  static constexpr std::size_t kParallel = 2;

  enum class State { none, running, paused };

  explicit TileDownload(TileOnline& online, QObject* parent = nullptr);

  /// Begins; in the place of one that runs.
  void start(const TileArea& area);
  void pause();
  void resume();
  /// Ends it; what is fetched stays.
  void cancel();

  State state() const { return m_state; }
  /// Of the area that is worked at.
  const TileArea& area() const { return m_area; }
  qint64 done() const { return m_done; }
  qint64 count() const { return m_count; }
  /// Why it stopped by itself; empty where it did not.
  const QString& trouble() const { return m_trouble; }

 signals:
  void changed();
  /// Every picture of the area was asked for.
  void finished(const carport::ui::TileArea& area);

 private:
  void fetchMore();
  std::optional<TileId> next();
  void take(const TileId& tile, TileOnline::Keep how);
  void stopFor(const QString& trouble);
  void clear();

  TileOnline& m_online;
  TileArea m_area;
  State m_state = State::none;
  std::vector<TileRange> m_ranges;
  std::size_t m_range = 0;
  qint64 m_inRange = 0;         ///< tiles of the range that were begun
  std::vector<TileId> m_again;  ///< begun before a pause, and not had
  std::vector<TileId> m_asked;
  qint64 m_done = 0;
  qint64 m_count = 0;
  QString m_trouble;
};

}  // namespace carport::ui
