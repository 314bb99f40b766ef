#include "ui/models/tile_cache.h"

namespace carport::ui {

TileCache::TileCache(QObject* parent) : QObject(parent) {
  m_use.limitBytes = TileCacheFile::kDefaultLimitBytes;
  m_thread.setMaxThreadCount(1);
}

TileCache::~TileCache() {
  m_thread.waitForDone();
}

void TileCache::open(const QString& file) {
  m_isOpen = true;
  // The destructor waits for what runs on the thread, so `this` is alive there.
  m_thread.start([this, file] {
    auto opened = TileCacheFile::open(file);
    QString sentence;
    if (opened) {
      m_file = std::move(*opened);
    } else {
      sentence = QString::fromStdString(opened.error().message());
    }
    const TileCacheUse use = m_file ? m_file->use() : TileCacheUse{};
    QMetaObject::invokeMethod(
        this,
        [this, sentence, use] {
          if (!sentence.isEmpty()) emit troubled(sentence);
          m_use = use;
          emit useChanged();
        },
        Qt::QueuedConnection);
  });
}

void TileCache::run(std::function<std::function<void()>(TileCacheFile*)> work) {
  m_thread.start([this, work = std::move(work)] {
    const std::function<void()> answer = work(m_file.get());
    const TileCacheUse use = m_file ? m_file->use() : TileCacheUse{};
    QMetaObject::invokeMethod(
        this,
        [this, answer, use] {
          const bool isOther = use.bytes != m_use.bytes || use.limitBytes != m_use.limitBytes;
          m_use = use;
          answer();
          if (isOther) emit useChanged();
        },
        Qt::QueuedConnection);
  });
}

}  // namespace carport::ui
