#include "ui/models/palette_places.h"

#include <QLocale>

#include <limits>

namespace carport::ui {

namespace {
constexpr QLatin1String kPlaceKey("place:");
constexpr double kCoordinatesZoom = 14;
}  // namespace

PalettePlaces::PalettePlaces(QString baseMap, std::function<void(GeoPoint, double)> run, QObject* parent)
    : QObject(parent), m_baseMap(std::move(baseMap)), m_run(std::move(run)) {}

PalettePlaces::~PalettePlaces() {
  cancel();
}

void PalettePlaces::cancel() {
  if (m_cancelled) m_cancelled->store(true);
  m_cancelled.reset();
}

void PalettePlaces::setStreetMaps(const QStringList& files) {
  m_streetMaps = files;
  // What was read stays until there is better. Nobody has asked yet: nothing is read before it is needed.
  if (m_names || m_isReading) read();
}

void PalettePlaces::prepare() {
  if (!m_names && !m_isReading) read();
}

void PalettePlaces::read() {
  cancel();
  m_isReading = true;
  m_cancelled = std::make_shared<std::atomic_bool>(false);
  m_thread.run(
      this,
      [baseMap = m_baseMap, files = m_streetMaps, cancelled = m_cancelled] {
        return std::make_shared<const PaletteNames>(PaletteNames::read(baseMap, files, *cancelled));
      },
      [this, cancelled = m_cancelled](const std::shared_ptr<const PaletteNames>& names) {
        if (*cancelled) return;
        m_names = names;
        m_isReading = false;
        emit changed();
      });
  emit changed();
}

QString PalettePlaces::title() const {
  if (m_names && m_names->isCut) return tr("Places, of the first %L1 names").arg(qulonglong(m_names->places.size()));
  return tr("Places");
}

PaletteItem PalettePlaces::item(const PaletteNames::Place& place) const {
  PaletteItem item;
  item.key = kPlaceKey + m_names->maps[place.map] + QLatin1Char('/') + place.name;
  item.title = place.name;
  item.detail = m_names->describe(place);
  item.icon = QStringLiteral("position");
  item.run = [run = m_run, at = toGeo(place.world), zoom = PaletteNames::zoomOf(place.kind)] { run(at, zoom); };
  return item;
}

std::vector<PaletteItem> PalettePlaces::find(const PaletteQuery& query, std::size_t limit) {
  std::vector<PaletteItem> found;
  if (query.isEmpty() || limit == 0) return found;
  if (const auto place = parseCoordinates(query.typed())) {
    PaletteItem item;
    item.title = coordinateText(*place);
    item.detail = tr("Latitude and longitude");
    item.icon = QStringLiteral("position");
    item.run = [run = m_run, at = *place] { run(at, kCoordinatesZoom); };
    item.score = std::numeric_limits<int>::max();
    found.push_back(std::move(item));
  }
  if (!m_names) return found;
  for (const PaletteIndex::Hit& hit : m_names->index.find(query, limit - found.size())) {
    found.push_back(item(m_names->places[hit.number]));
    found.back().score = hit.score;
  }
  return found;
}

std::optional<PaletteItem> PalettePlaces::recall(const QString& key) {
  if (!m_names || !key.startsWith(kPlaceKey)) return std::nullopt;
  const qsizetype slash = key.indexOf(QLatin1Char('/'));
  const qsizetype map = m_names->maps.indexOf(key.mid(kPlaceKey.size(), slash - kPlaceKey.size()));
  if (slash < 0 || map < 0) return std::nullopt;
  const QString name = key.mid(slash + 1);
  for (const PaletteNames::Place& place : m_names->places) {
    if (place.map == map && place.name == name) return item(place);
  }
  return std::nullopt;
}

}  // namespace carport::ui
