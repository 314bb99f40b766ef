#include "ui/widgets/map/street_scene.h"

#include <QDateTime>
#include <QFileInfo>

#include <algorithm>
#include <cmath>

namespace carport::ui {
namespace {

constexpr double kCityFromZoom = 9.75;
constexpr double kStreetFromZoom = 13;
constexpr double kBuildingsFromZoom = 14.2;
constexpr double kSceneMarginPx = 40;

}  // namespace

StreetProjector::StreetProjector(const MapViewport& viewport)
    : m_size(viewport.size()), m_scale(viewport.worldPx() / kStreetWorld) {
  // The world that the middle is in: near enough for streets to be seen, no other is.
  const WorldPoint corner = viewport.fromScreen({0, 0});
  m_left = (corner.x() - std::floor(viewport.centre().x())) * viewport.worldPx();
  m_top = corner.y() * viewport.worldPx();
}

StreetBox StreetProjector::view(double marginPx) const {
  const auto grid = [this](double at) { return std::int32_t(std::clamp(at / m_scale, 0.0, double(kStreetWorld))); };
  return {grid(m_left - marginPx), grid(m_top - marginPx), grid(m_left + m_size.width() + marginPx),
          grid(m_top + m_size.height() + marginPx)};
}

void StreetShelf::open(const QStringList& files) {
  // One that was imported anew has the same name and other streets.
  QStringList versions;
  for (const QString& file : files)
    versions << QStringLiteral("%1 %2").arg(QFileInfo(file).lastModified().toMSecsSinceEpoch()).arg(file);
  if (versions == m_versions) return;
  m_versions = versions;
  m_maps.clear();
  for (const QString& file : files) {
    if (auto map = StreetMap::open(file)) m_maps.push_back(std::move(*map));
  }
}

StreetScene StreetShelf::gather(const QStringList& files, const MapViewport& viewport) {
  open(files);
  StreetScene scene;
  const double zoom = viewport.zoom();
  if (zoom < kStreetsFromZoom) return scene;
  const StreetLevel level = zoom < kCityFromZoom     ? StreetLevel::region
                            : zoom < kStreetFromZoom ? StreetLevel::city
                                                     : StreetLevel::street;
  const StreetBox view = StreetProjector(viewport).view(kSceneMarginPx);
  const auto collect = [&](StreetMap& map, StreetLevel which, auto& to) {
    for (const std::size_t number : map.tilesIn(which, view)) {
      if (auto tile = map.tile(number)) to.push_back(std::move(*tile));
    }
  };
  for (const auto& map : m_maps) {
    collect(*map, level, scene.tiles);
    if (zoom >= kBuildingsFromZoom) collect(*map, StreetLevel::building, scene.buildings);
    if (map->ground().intersects(view)) scene.grounds.push_back(map->ground());
  }
  scene.hasGround = zoom >= kGroundFromZoom && !scene.grounds.empty();
  return scene;
}

}  // namespace carport::ui
