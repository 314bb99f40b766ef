#pragma once

#include "ui/models/own_thread.h"
#include "ui/models/tile_cache_file.h"
#include "ui/models/tile_errc.h"

#include <QObject>
#include <QPointer>
#include <QString>

#include <functional>
#include <memory>
#include <utility>

namespace carport::ui {

/// Asks a TileCacheFile, on one thread of its own. Whoever asks bounds how much waits: the map asks for what is in
/// sight, a download for a few pictures at a time. Owner: TileAtlas. GUI thread; the destructor waits for what is being
/// written.
class TileCache : public QObject {
  Q_OBJECT

 public:
  explicit TileCache(QObject* parent = nullptr);
  ~TileCache() override;

  /// Where pictures are kept from now on; opened at once, in the background. Call it once.
  void open(const QString& file);
  /// Whether there is a place for them. Before open() every question is answered with an error.
  bool isOpen() const { return m_isOpen; }

  /// `work` runs on the cache's thread, `done` here with what it found, unless `receiver` is gone by then.
  template <class T>
  void ask(std::function<Result<T>(TileCacheFile&)> work, QObject* receiver,
           std::function<void(const Result<T>&)> done) {
    run([work = std::move(work), receiver = QPointer<QObject>(receiver),
         done = std::move(done)](TileCacheFile* file) -> std::function<void()> {
      const Result<T> found = file != nullptr ? work(*file) : Result<T>(fail(TileErrc::cacheUnusable));
      return [found, receiver, done] {
        if (receiver) done(found);
      };
    });
  }

  /// What took how much room when it was looked at last.
  const TileCacheUse& use() const { return m_use; }

 signals:
  void useChanged();
  /// The file cannot be used; a sentence for a person.
  void troubled(const QString& sentence);

 private:
  /// `work` gets no file where there is none; what it returns is run here.
  void run(std::function<std::function<void()>(TileCacheFile*)> work);

  std::unique_ptr<TileCacheFile> m_file;  ///< the thread's alone
  TileCacheUse m_use;
  bool m_isOpen = false;
  OwnThread m_thread;
};

}  // namespace carport::ui
