#include "ui/models/tile_areas.h"

#include "ui/models/phrases.h"
#include "ui/models/tile_errc.h"

#include <QLocale>

#include <utility>

namespace carport::ui {

TileAreas::TileAreas(TileCache& cache, TileOnline& online, QObject* parent)
    : QObject(parent), m_cache(cache), m_online(online), m_download(online) {
  connect(&m_online, &TileOnline::providerChanged, this, &TileAreas::refresh);
  connect(&m_download, &TileDownload::changed, this, [this] {
    emit changed();
    if (m_download.state() != TileDownload::State::running) refresh();
  });
}

TileAreas::Estimate TileAreas::estimate(const TileArea& area) const {
  const qint64 count = area.count();
  return {count, count * (m_meanBytes > 0 ? m_meanBytes : kUsualTileBytes)};
}

Result<void> TileAreas::check(const TileArea& area) const {
  if (m_online.provider().isEmpty()) return fail(TileErrc::noProvider);
  const Estimate wanted = estimate(area);
  if (wanted.count > TileArea::kMaxTiles) {
    const QString sentence = tr("%1 pictures are more than the %2 that one area may have. Zoom in, or take fewer zooms")
                                 .arg(QLocale().toString(wanted.count), QLocale().toString(TileArea::kMaxTiles));
    return fail(TileErrc::tooManyTiles, sentence.toStdString());
  }
  const qint64 room = m_cache.use().limitBytes - m_cache.use().keptBytes;
  if (wanted.bytes <= room) return {};
  const QString sentence =
      tr("About %1 are more than the %2 that are left. Give map pictures more room below")
          .arg(phrases::bytes(std::uint64_t(wanted.bytes)), phrases::bytes(std::uint64_t(std::max<qint64>(room, 0))));
  return fail(TileErrc::cacheTooSmall, sentence.toStdString());
}

void TileAreas::add(const TileArea& area) {
  if (const auto good = check(area); !good) {
    emit troubled(QString::fromStdString(good.error().message()));
    return;
  }
  m_cache.ask<TileArea>([provider = key(), area](TileCacheFile& file) { return file.addArea(provider, area); }, this,
                        [this](const Result<TileArea>& added) {
                          if (!added) {
                            emit troubled(QString::fromStdString(added.error().message()));
                            return;
                          }
                          complete(*added);
                          refresh();
                        });
}

void TileAreas::complete(const TileArea& area) {
  m_download.start(area);
}

void TileAreas::remove(const TileArea& area) {
  if (m_download.area().number == area.number) m_download.cancel();
  m_cache.ask<void>([provider = key(), area](TileCacheFile& file) { return file.removeArea(provider, area); }, this,
                    [this](const Result<void>& removed) {
                      if (!removed) emit troubled(QString::fromStdString(removed.error().message()));
                      refresh();
                    });
}

void TileAreas::refresh() {
  if (m_online.provider().isEmpty()) {
    m_areas.clear();
    m_meanBytes = 0;
    emit changed();
    return;
  }
  using Found = std::pair<std::vector<Area>, qint64>;
  m_cache.ask<Found>(
      [provider = key()](TileCacheFile& file) -> Result<Found> {
        const auto areas = file.areas(provider);
        if (!areas) return failFrom(areas);
        Found found;
        for (const TileArea& area : *areas) {
          const auto there = file.completeness(provider, area);
          if (!there) return failFrom(there);
          found.first.push_back({area, *there});
        }
        found.second = file.meanBytes(provider).value_or(0);
        return found;
      },
      this,
      [this, provider = key()](const Result<Found>& found) {
        if (!found || provider != key()) return;
        m_areas = found->first;
        m_meanBytes = found->second;
        emit changed();
      });
}

QString completenessText(const TileCompleteness& there) {
  const QLocale locale;
  const QString kept = TileAreas::tr("%1 of %2 pictures").arg(locale.toString(there.kept), locale.toString(there.all));
  if (there.unavailable == 0) return kept;
  return TileAreas::tr("%1, %2 not available").arg(kept, locale.toString(there.unavailable));
}

}  // namespace carport::ui
