#pragma once

#include "ui/client/tile_fetcher.h"
#include "ui/models/tile_cache.h"
#include "ui/models/tile_provider.h"
#include "ui/models/tile_source.h"

#include <QHash>
#include <QTimer>

#include <chrono>
#include <deque>
#include <functional>

namespace carport::ui {

/// An online map: what the cache has at once, the rest from the provider that the operator entered; without one nothing
/// is asked for. A few requests at a time; after a failure a pause that grows, with the cache alone until then. What
/// the server says about freshness is kept to. Owner: TileAtlas; the cache outlives it. GUI thread.
class TileOnline : public TileSource {
  Q_OBJECT

 public:
  static constexpr int kMaxParallel = 4;
  /// After so many failures of one picture whoever waits for it is told.
  static constexpr int kMaxTries = 3;

  enum class Keep {
    kept,
    notThere,    ///< the server has none
    notAllowed,  ///< the server forbids to store it
    trouble      ///< it could not be had; trouble() says why
  };

  TileOnline(TileCache& cache, QObject* parent = nullptr);
  ~TileOnline() override;

  /// One that passed checked(), or none.
  void setProvider(const TileProvider& provider);
  const TileProvider& provider() const { return m_provider; }
  TileSourceInfo info() const override;
  void want(const std::vector<TileId>& tiles) override;
  /// Has a picture kept in the cache whatever is in sight; `done` is called once, never from within, and not after
  /// setProvider().
  void keep(const TileId& tile, std::function<void(Keep)> done);
  /// Takes back every keep(); nobody is answered.
  void forgetKeeping();

  /// Why pictures do not come at the moment, a sentence; empty while they do.
  const QString& trouble() const { return m_trouble; }
  /// How long to wait after the first failure and at most; for tests.
  void setPatience(std::chrono::milliseconds first, std::chrono::milliseconds most);

 signals:
  void troubleChanged();
  void providerChanged();

 private:
  enum class Stage { looking, waiting, fetching };
  struct Job {
    Stage stage = Stage::looking;
    bool isWanted = false;    ///< by the map
    bool isAnswered = false;  ///< an older picture is on the map
    int tries = 0;
    TileValidators known;  ///< of what the cache has
    bool isCached = false;
    std::function<void(Keep)> kept;  ///< who has it kept
  };

  Job& jobOf(const TileId& tile);
  void look(const TileId& tile);
  void found(const TileId& tile, const std::optional<CachedTile>& cached);
  void sortQueue(const std::vector<TileId>& tiles);
  void fetchNext();
  void fetch(const TileId& tile, Job& job);
  void take(const TileId& tile, const FetchedTile& answer);
  void takePicture(const TileId& tile, const FetchedTile& answer);
  void takeSame(const TileId& tile, const FetchedTile& answer);
  void takeNone(const TileId& tile, const FetchedTile& answer);
  void takeTrouble(const TileId& tile, const FetchedTile& answer);
  void store(const TileId& tile, const CachedTile& cached);
  void end(const TileId& tile, Keep how);
  void giveUpWaiting();
  void pauseFor(std::chrono::milliseconds length);
  void setTrouble(const QString& sentence);

  TileCache& m_cache;
  TileFetcher m_fetcher;
  TileProvider m_provider;
  quint64 m_generation = 0;  ///< of the provider: answers for an older one are dropped
  QHash<TileId, Job> m_jobs;
  std::deque<TileId> m_queue;  ///< those that wait to be fetched
  int m_fetching = 0;
  int m_failures = 0;  ///< one after the other
  QTimer m_pause;      ///< nothing is asked for while it runs
  QString m_trouble;
  std::chrono::milliseconds m_firstPause{2'000};
  std::chrono::milliseconds m_mostPause{300'000};
};

}  // namespace carport::ui
