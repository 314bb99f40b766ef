// Fences on the map's square: parts of fence_geometry.h.
#include "ui/models/fence_geometry.h"

#include <algorithm>
#include <cmath>

namespace carport::ui {
namespace {

constexpr double kWorldPieceDegrees = 2;          // of latitude: a straight edge this long is bent by less than a pixel
constexpr std::size_t kMaxCornersInPieces = 200;  // rings with more corners have short edges

WorldPoint worldOf(const api::FencePoint& place) {
  return toWorld({place.latitude, place.longitude});
}

/// A circle with a pole in it goes once around the globe: it is closed along the edge of the map.
void closeAroundPole(std::vector<WorldPoint>& ring, double latitude) {
  if (ring.size() < 3 || std::abs(ring.back().x() - ring.front().x()) < 0.5) return;
  const double edge = latitude > 0 ? 0 : 1;
  const double turn = ring.back().x() > ring.front().x() ? 1 : -1;
  const WorldPoint first = ring.front();
  ring.emplace_back(first.x() + turn, first.y());
  ring.emplace_back(first.x() + turn, edge);
  ring.emplace_back(first.x(), edge);
}

}  // namespace

std::vector<WorldPoint> worldRing(std::span<const api::FencePoint> ring) {
  const api::FenceRing way = unwrapped(ring);
  std::vector<WorldPoint> world;
  world.reserve(way.size());
  for (std::size_t n = 0; n < way.size(); ++n) {
    const api::FencePoint& from = way[n];
    const api::FencePoint& to = way[(n + 1) % way.size()];
    world.push_back(worldOf(from));
    const double reach = std::abs(to.latitude - from.latitude);
    if (way.size() > kMaxCornersInPieces || reach <= kWorldPieceDegrees) continue;
    const int pieces = int(std::ceil(reach / kWorldPieceDegrees));
    for (int piece = 1; piece < pieces; ++piece) {
      const double part = double(piece) / pieces;
      world.push_back(
          worldOf({std::lerp(from.latitude, to.latitude, part), std::lerp(from.longitude, to.longitude, part)}));
    }
  }
  return world;
}

std::vector<std::vector<std::vector<WorldPoint>>> worldPolygons(const api::FenceShape& shape) {
  std::vector<std::vector<std::vector<WorldPoint>>> polygons;
  if (const auto* circle = std::get_if<api::FenceCircle>(&shape)) {
    const api::FenceRing corners = circleRing(*circle);
    // Its corners are so near to each other that nothing is to be put between them.
    std::vector<WorldPoint> ring;
    for (const api::FencePoint& corner : unwrapped(corners)) ring.push_back(worldOf(corner));
    closeAroundPole(ring, circle->centre.latitude);
    polygons.push_back({std::move(ring)});
    return polygons;
  }
  for (const api::FencePolygon& polygon : std::get<api::FenceArea>(shape)) {
    auto& rings = polygons.emplace_back();
    rings.push_back(worldRing(polygon.outer));
    for (const api::FenceRing& hole : polygon.holes) {
      rings.push_back(worldRing(hole));
      if (rings.back().empty() || rings.front().empty()) continue;
      const double near = rings.front().front().x();
      const double off = nearestCopy(rings.back().front().x(), near) - rings.back().front().x();
      for (WorldPoint& corner : rings.back()) corner.setX(corner.x() + off);
    }
  }
  return polygons;
}

}  // namespace carport::ui
