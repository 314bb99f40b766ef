#include "ui/models/tile_cache.h"

namespace carport::ui {

TileCache::TileCache(QObject* parent) : QObject(parent) {
  m_use.limitBytes = TileCacheFile::kDefaultLimitBytes;
}

TileCache::~TileCache() = default;

void TileCache::open(const QString& file) {
  m_isOpen = true;
  struct Opened {
    QString trouble;
    TileCacheUse use;
  };
  m_thread.run(
      this,
      [this, file] {
        auto opened = TileCacheFile::open(file);
        if (!opened) return Opened{QString::fromStdString(opened.error().message()), {}};
        m_file = std::move(*opened);
        return Opened{{}, m_file->use()};
      },
      [this](const Opened& opened) {
        if (!opened.trouble.isEmpty()) emit troubled(opened.trouble);
        m_use = opened.use;
        emit useChanged();
      });
}

void TileCache::run(std::function<std::function<void()>(TileCacheFile*)> work) {
  using Done = std::pair<std::function<void()>, TileCacheUse>;
  m_thread.run(
      this,
      [this, work = std::move(work)] {
        const std::function<void()> answer = work(m_file.get());
        return Done{answer, m_file ? m_file->use() : TileCacheUse{}};
      },
      [this](const Done& done) {
        const auto& [answer, use] = done;
        const bool isOther = use.bytes != m_use.bytes || use.limitBytes != m_use.limitBytes;
        m_use = use;
        answer();
        if (isOther) emit useChanged();
      });
}

}  // namespace carport::ui
