#include "ui/models/palette_names.h"

#include "ui/models/base_map.h"
#include "ui/models/street_map.h"

#include <QCoreApplication>
#include <QFile>
#include <QHash>

#include <algorithm>
#include <cmath>
#include <limits>

namespace carport::ui {
namespace {

QString named(const char* text) {
  return QCoreApplication::translate("carport::ui::PaletteNames", text);
}

std::optional<PlaceKind> placeKindOf(StreetKind kind) {
  if (isStreet(kind)) return PlaceKind::street;
  switch (kind) {
    case StreetKind::placeName:
      return PlaceKind::town;
    case StreetKind::waterName:
      return PlaceKind::water;
    case StreetKind::greenName:
      return PlaceKind::park;
    case StreetKind::stationName:
      return PlaceKind::station;
    default:
      return std::nullopt;
  }
}

/// Puts together what a street map has cut into pieces. A street is where its longest piece is.
class NameGatherer {
 public:
  NameGatherer(PaletteNames& names, std::uint8_t map) : m_names(names), m_map(map) {}

  void take(const StreetTile& tile, const StreetTile::Feature& feature) {
    const auto kind = placeKindOf(feature.kind);
    if (!kind || feature.name == 0 || feature.rings == 0) return;
    const auto ring = tile.ring(feature.first);
    if (ring.empty()) return;
    const WorldPoint middle = toWorldPoint(ring[ring.size() / 2]);
    const double length = double(feature.box.right) - feature.box.left + feature.box.bottom - feature.box.top;
    const QString& name = tile.names[int(feature.name)];
    std::vector<std::uint32_t>& known = m_byName[name];
    for (const std::uint32_t number : known) {
      Found& found = m_found[number];
      const QPointF apart = found.place.world - middle;
      if (found.place.kind != *kind || std::abs(apart.x()) + std::abs(apart.y()) > PaletteNames::kSameStreet) continue;
      if (length > found.length) {
        found.place.world = middle;
        found.length = length;
      }
      return;
    }
    if (known.size() >= PaletteNames::kMaxOfOneName) return;
    known.push_back(std::uint32_t(m_found.size()));
    m_found.push_back({{name, middle, m_map, *kind}, length});
  }
  bool isFull() const { return m_names.places.size() + m_found.size() >= PaletteNames::kMaxNames; }

  /// Towns first: of two that fit equally well the greater thing is offered first.
  void finish() {
    std::stable_sort(m_found.begin(), m_found.end(),
                     [](const Found& a, const Found& b) { return rank(a.place.kind) < rank(b.place.kind); });
    for (Found& found : m_found) m_names.places.push_back(std::move(found.place));
  }

 private:
  struct Found {
    PaletteNames::Place place;
    double length;
  };
  static int rank(PlaceKind kind) { return kind == PlaceKind::street ? 1 : kind == PlaceKind::town ? 0 : 2; }

  PaletteNames& m_names;
  std::uint8_t m_map;
  std::vector<Found> m_found;
  QHash<QString, std::vector<std::uint32_t>> m_byName;
};

void readWorld(PaletteNames& names, const QString& baseMap) {
  QFile file(baseMap);
  if (!file.open(QIODevice::ReadOnly)) return;
  const auto map = BaseMap::decode(file.readAll());
  if (!map) return;
  for (const BaseMap::Label& label : map->labels()) {
    if (names.places.size() >= PaletteNames::kMaxNames) {
      names.isCut = true;
      return;
    }
    names.places.push_back({label.name, label.place, 0, label.water ? PlaceKind::water : PlaceKind::country});
  }
}

void readStreets(PaletteNames& names, const QString& file, const std::atomic_bool& isCancelled) {
  if (names.maps.size() > std::numeric_limits<std::uint8_t>::max()) return;
  const auto opened = StreetMap::open(file);
  if (!opened) return;
  StreetMap& map = **opened;
  NameGatherer gatherer(names, std::uint8_t(names.maps.size()));
  names.maps << map.info().name;
  for (const std::size_t number : map.tilesIn(StreetLevel::street, map.bounds())) {
    if (isCancelled) return;
    if (gatherer.isFull()) {
      names.isCut = true;
      break;
    }
    const auto tile = map.tile(number);
    if (!tile) continue;
    for (const StreetTile::Feature& feature : (*tile)->features) gatherer.take(**tile, feature);
  }
  gatherer.finish();
}

}  // namespace

PaletteNames PaletteNames::read(const QString& baseMap, const QStringList& streetMaps,
                                const std::atomic_bool& isCancelled) {
  PaletteNames names;
  readWorld(names, baseMap);
  for (const QString& file : streetMaps) readStreets(names, file, isCancelled);
  // The last tile may have brought more than there is room for.
  if (names.places.size() > kMaxNames) names.places.resize(kMaxNames);
  for (const Place& place : names.places) {
    if (isCancelled || !names.index.add(place.name, names.maps[place.map])) break;
  }
  return names;
}

QString PaletteNames::describe(const Place& place) const {
  const auto word = [&]() -> QString {
    switch (place.kind) {
      case PlaceKind::country:
        return named("Country");
      case PlaceKind::water:
        return named("Water");
      case PlaceKind::town:
        return named("Place");
      case PlaceKind::street:
        return named("Street");
      case PlaceKind::station:
        return named("Station");
      case PlaceKind::park:
        return named("Park");
    }
    return {};
  }();
  return place.map == 0 ? word : named("%1 in %2").arg(word, maps[place.map]);
}

double PaletteNames::zoomOf(PlaceKind kind) {
  switch (kind) {
    case PlaceKind::country:
    case PlaceKind::water:
      return 5;
    case PlaceKind::town:
      return 14;
    case PlaceKind::street:
    case PlaceKind::station:
    case PlaceKind::park:
      return 16;
  }
  return 14;
}

}  // namespace carport::ui
