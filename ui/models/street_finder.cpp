#include "ui/models/street_finder.h"

#include "ui/models/street_geometry.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace carport::ui {
namespace {

/// How much farther off than it is what cars rarely drive on counts, in metres.
double handicapMetres(const StreetTile::Feature& feature) {
  double metres = 0;
  if (feature.kind == StreetKind::path) metres += 15;
  if (feature.kind == StreetKind::pedestrian || feature.kind == StreetKind::service) metres += 6;
  if ((feature.flags & kStreetTunnel) != 0) metres += 4;
  return metres;
}

}  // namespace

std::optional<NearStreet> StreetFinder::nearest(GeoPoint place, double reachMetres) {
  if (!std::isfinite(place.latitude) || !std::isfinite(place.longitude)) return std::nullopt;
  const StreetPoint here = toStreetPoint(toWorld(place));
  const double metre =
      kStreetWorld / (kEquatorMetres * std::cos(std::clamp(place.latitude, -85.0, 85.0) * std::numbers::pi / 180));
  const auto reach = std::int32_t(reachMetres * metre) + 1;
  const StreetBox box{here.x - reach, here.y - reach, here.x + reach, here.y + reach};
  if (!box.intersects(m_map->bounds())) return std::nullopt;
  std::optional<NearStreet> found;
  double least = std::numeric_limits<double>::infinity();
  for (const std::size_t number : m_map->tilesIn(StreetLevel::street, box)) {
    const auto tile = m_map->tile(number);
    if (!tile) continue;
    for (const StreetTile::Feature& feature : (*tile)->features) {
      if (feature.name == 0 || !isStreet(feature.kind) || !feature.box.intersects(box)) continue;
      const double metres = std::sqrt(distanceSquared(here, (*tile)->ring(feature.first))) / metre;
      const double cost = metres + handicapMetres(feature);
      if (metres > reachMetres || cost >= least) continue;
      least = cost;
      found = NearStreet{(*tile)->names[int(feature.name)], metres};
    }
  }
  return found;
}

}  // namespace carport::ui
