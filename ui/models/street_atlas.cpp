#include "ui/models/street_atlas.h"

#include "ui/models/street_errc.h"
#include "ui/models/street_finder.h"
#include "ui/models/street_importer.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <utility>

namespace carport::ui {
namespace {

constexpr double kToldStep = 0.005;  // progress is told in steps of this share

}  // namespace

StreetAtlas::StreetAtlas(QObject* parent) : QObject(parent) {}

StreetAtlas::~StreetAtlas() {
  cancelImport();
}

void StreetAtlas::open(const QString& folder) {
  m_folder = folder;
  reload();
}

void StreetAtlas::reload() {
  m_maps.clear();
  m_finders.clear();
  const QDir folder(m_folder);
  const QStringList names = folder.entryList({"*" + QLatin1String(kStreetMapSuffix)}, QDir::Files, QDir::Name);
  for (const QString& name : names) {
    if (m_maps.size() == kMaxMaps) {
      emit troubled(tr("There are more than %1 street maps in %2; the others are not shown.")
                        .arg(kMaxMaps)
                        .arg(QDir::toNativeSeparators(m_folder)));
      break;
    }
    auto map = StreetMap::open(folder.filePath(name));
    if (!map) {
      emit troubled(tr("The street map “%1” cannot be shown. %2")
                        .arg(QFileInfo(name).completeBaseName(), QString::fromStdString(map.error().message())));
      continue;
    }
    m_maps.push_back((*map)->info());
    m_finders.push_back(std::make_unique<StreetFinder>(std::move(*map)));
  }
  emit changed();
}

const StreetMapInfo* StreetAtlas::sameSource(const QString& extract) const {
  const QFileInfo source(extract);
  const QString id = streetMapId(extract);
  const auto found = std::find_if(m_maps.begin(), m_maps.end(), [&](const StreetMapInfo& map) {
    return map.id == id && map.sourceBytes == quint64(source.size()) &&
           map.sourceTime.toMSecsSinceEpoch() == source.lastModified().toMSecsSinceEpoch();
  });
  return found == m_maps.end() ? nullptr : &*found;
}

void StreetAtlas::add(const QString& extract) {
  if (m_folder.isEmpty()) {
    emit troubled(tr("This window has no folder to keep street maps in."));
    return;
  }
  if (const StreetMapInfo* known = sameSource(extract)) {
    emit imported(StreetMapInfo(*known));
    return;
  }
  const QString id = streetMapId(extract);
  const bool replaces = std::any_of(m_maps.begin(), m_maps.end(), [&](const auto& map) { return map.id == id; });
  if (!replaces && m_maps.size() + std::size_t(m_waiting.size()) + (m_importing ? 1 : 0) >= kMaxMaps) {
    emit troubled(tr("Carport shows %1 street maps at most. Remove one first.").arg(kMaxMaps));
    return;
  }
  // Asked for by the command line and by the demonstration, for example.
  if (m_waiting.contains(extract) || (m_importing && m_running == extract)) return;
  m_waiting << extract;
  startNext();
}

void StreetAtlas::startNext() {
  // Whoever is told of the end of one may have begun the next.
  if (m_importing || m_waiting.isEmpty()) return;
  const QString extract = m_waiting.takeFirst();
  m_running = extract;
  m_importing = true;
  m_cancelled = std::make_shared<std::atomic_bool>(false);
  emit importStarted(extractName(extract));
  const auto work = [this, extract, folder = m_folder, cancelled = m_cancelled] {
    double told = 0;
    return importStreets(extract, folder, [&](double share) {
      if (share - told >= kToldStep) {
        told = share;
        OwnThread::post(this, [this, share] { emit importProgressed(share); });
      }
      return !cancelled->load();
    });
  };
  m_thread.run(this, work, [this](const Result<StreetMapInfo>& result) { finish(result); });
}

void StreetAtlas::finish(const Result<StreetMapInfo>& result) {
  m_importing = false;
  emit importEnded();
  if (result) {
    reload();
    emit imported(*result);
  } else if (!result.error().is(StreetErrc::cancelled)) {
    emit troubled(QString::fromStdString(result.error().message()));
  }
  startNext();
}

void StreetAtlas::cancelImport() {
  m_waiting.clear();
  if (m_cancelled) m_cancelled->store(true);
}

Result<void> StreetAtlas::remove(const QString& id) {
  const auto found = std::find_if(m_maps.begin(), m_maps.end(), [&](const auto& map) { return map.id == id; });
  if (found == m_maps.end()) return {};
  const QString file = found->file;
  const auto index = found - m_maps.begin();
  m_maps.erase(found);
  m_finders.erase(m_finders.begin() + index);
  emit changed();
  QFile indexFile(file);
  if (!indexFile.remove())
    return fail(StreetErrc::cannotWrite, "The street map " + file.toStdString() +
                                             " cannot be deleted: " + indexFile.errorString().toStdString());
  return {};
}

std::optional<NearStreet> StreetAtlas::nearestStreet(double latitude, double longitude) const {
  std::optional<NearStreet> nearest;
  for (const auto& finder : m_finders) {
    const double reach = nearest ? nearest->metres : kReachMetres;
    if (auto found = finder->nearest({latitude, longitude}, reach)) nearest = std::move(found);
  }
  return nearest;
}

}  // namespace carport::ui
