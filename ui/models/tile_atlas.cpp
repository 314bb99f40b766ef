#include "ui/models/tile_atlas.h"

#include "ui/models/phrases.h"
#include "ui/models/tile_errc.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <utility>

namespace carport::ui {
namespace {

constexpr auto kFilesKey = "files";
constexpr auto kAddressKey = "address";
constexpr auto kAttributionKey = "attribution";
constexpr auto kMaxZoomKey = "maxZoom";
constexpr auto kLimitKey = "limitBytes";
constexpr auto kDimmedKey = "dimmed";
constexpr int kUsualMaxZoom = 19;

QString tileSentence(const Error& error) {
  return QString::fromStdString(error.message());
}

}  // namespace

TileAtlas::TileAtlas(QObject* parent) : QObject(parent), m_online(m_cache), m_areas(m_cache, m_online) {
  connect(&m_cache, &TileCache::useChanged, this, &TileAtlas::cacheChanged);
  connect(&m_cache, &TileCache::troubled, this, &TileAtlas::troubled);
  connect(&m_areas, &TileAreas::troubled, this, &TileAtlas::troubled);
}

TileAtlas::~TileAtlas() = default;

void TileAtlas::open(const QString& cacheFile) {
  if (!m_cache.isOpen()) m_cache.open(cacheFile);
  applyLimit();
  m_areas.refresh();
}

void TileAtlas::restore(const QByteArray& settings) {
  const QJsonObject kept = QJsonDocument::fromJson(settings).object();
  m_isRestoring = true;
  for (const QJsonValue file : kept[QLatin1String(kFilesKey)].toArray()) {
    const QString path = file.toString();
    if (path.isEmpty() || m_files.size() + std::size_t(m_absent.size()) >= kMaxFiles) continue;
    if (const auto added = addFile(path); !added) {
      m_absent << path;
      emit troubled(
          tr("The map file %1 is left out. %2.").arg(QFileInfo(path).fileName(), tileSentence(added.error())));
    }
  }
  const TileProvider provider{kept[QLatin1String(kAddressKey)].toString(),
                              kept[QLatin1String(kAttributionKey)].toString(),
                              kept[QLatin1String(kMaxZoomKey)].toInt(kUsualMaxZoom)};
  // Whatever else may write into preferences: only what would pass the form counts.
  if (!provider.isEmpty() && checked(provider)) (void)setProvider(provider);
  setCacheLimit(kept[QLatin1String(kLimitKey)].toInteger(TileCacheFile::kDefaultLimitBytes));
  setDimmed(kept[QLatin1String(kDimmedKey)].toBool(true));
  m_isRestoring = false;
}

QByteArray TileAtlas::settings() const {
  QJsonArray files;
  for (const auto& file : m_files) files << file->file();
  for (const QString& file : m_absent) files << file;
  const TileProvider& provider = m_online.provider();
  return QJsonDocument(QJsonObject{{QLatin1String(kFilesKey), files},
                                   {QLatin1String(kAddressKey), provider.address},
                                   {QLatin1String(kAttributionKey), provider.attribution},
                                   {QLatin1String(kMaxZoomKey), provider.maxZoom},
                                   {QLatin1String(kLimitKey), m_limitBytes},
                                   {QLatin1String(kDimmedKey), m_isDimmed}})
      .toJson(QJsonDocument::Compact);
}

void TileAtlas::changed() {
  if (!m_isRestoring) emit settingsChanged(settings());
}

Result<TileMbtiles*> TileAtlas::addFile(const QString& file) {
  const QString path = QFileInfo(file).absoluteFilePath();
  const auto there = std::find_if(m_files.begin(), m_files.end(), [&](const auto& one) { return one->file() == path; });
  if (there != m_files.end()) return there->get();
  if (m_files.size() >= kMaxFiles) return fail(TileErrc::tooManyFiles);
  auto opened = TileMbtiles::open(path);
  if (!opened) return failFrom(opened);
  m_absent.removeAll(path);
  m_files.push_back(std::move(*opened));
  emit filesChanged();
  changed();
  return m_files.back().get();
}

void TileAtlas::removeFile(const QString& file) {
  // Whoever draws it lets go of it first.
  const auto gone = std::find_if(m_files.begin(), m_files.end(), [&](const auto& one) { return one->file() == file; });
  if (gone == m_files.end()) return;
  const std::unique_ptr<TileMbtiles> last = std::move(*gone);
  m_files.erase(gone);
  emit filesChanged();
  changed();
}

Result<void> TileAtlas::setProvider(const TileProvider& provider) {
  TileProvider clean;
  if (!provider.isEmpty()) {
    const auto good = checked(provider);
    if (!good) return failFrom(good);
    clean = *good;
  }
  m_online.setProvider(clean);
  changed();
  return {};
}

void TileAtlas::probe(const TileProvider& provider, const TileId& tile,
                      std::function<void(bool, const QString&)> done) {
  m_prober.cancelAll();
  const auto good = checked(provider);
  if (!good) return done(false, tileSentence(good.error()) + u'.');
  m_prober.fetch(good->url(tile), {}, [host = good->host(), done = std::move(done)](const FetchedTile& answer) {
    if (!answer.trouble.isEmpty()) return done(false, answer.trouble);
    if (answer.status == 200 && isTilePicture(answer.body)) {
      const auto size = phrases::bytes(std::uint64_t(answer.body.size()));
      return done(true, tr("%1 answers with a picture of %2.").arg(host, size));
    }
    if (answer.status == 200) return done(false, tr("%1 answers with something that is no map picture.").arg(host));
    if (answer.status == 401 || answer.status == 403)
      return done(false, tr("%1 refuses (%2). Its address may need a key.").arg(host).arg(answer.status));
    if (answer.status == 404) return done(false, tr("%1 has no picture of this place (404).").arg(host));
    done(false, tr("%1 answers with an error (%2).").arg(host).arg(answer.status));
  });
}

void TileAtlas::setCacheLimit(qint64 bytes) {
  m_limitBytes = std::clamp(bytes, TileCacheFile::kMinLimitBytes, TileCacheFile::kMaxLimitBytes);
  applyLimit();
  changed();
}

void TileAtlas::applyLimit() {
  if (!m_cache.isOpen()) return;
  m_cache.ask<void>([limit = m_limitBytes](TileCacheFile& file) { return file.setLimit(limit); }, this,
                    [](const Result<void>&) {});
}

void TileAtlas::setDimmed(bool dimmed) {
  if (dimmed == m_isDimmed) return;
  m_isDimmed = dimmed;
  emit dimmedChanged();
  changed();
}

void TileAtlas::clearCache() {
  m_cache.ask<void>([](TileCacheFile& file) { return file.clear(); }, this,
                    [this](const Result<void>& cleared) {
                      if (!cleared) emit troubled(tileSentence(cleared.error()) + u'.');
                      m_areas.refresh();
                    });
}

}  // namespace carport::ui
