#include "ui/models/fence_geometry.h"

#include "ui/models/dead_reckoning.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace carport::ui {
namespace {

constexpr double kFenceRadian = std::numbers::pi / 180;
constexpr double kFenceGridDegrees = 1e-7;
constexpr double kBorderPieceDegrees = 0.25;  // longer edges are measured in pieces: they are no great circles
constexpr int kMaxBorderPieces = 1'500;
constexpr double kCircleShare = 0.01;
constexpr double kMetresPerDegree = api::kFenceEarthRadius * kFenceRadian;

/// Square metres between an edge that is straight in degrees and the equator, signed: exact.
double belowEdge(api::FencePoint from, api::FencePoint to) {
  const double south = from.latitude * kFenceRadian;
  const double north = to.latitude * kFenceRadian;
  const double width = (nearestTurn(to.longitude, from.longitude) - from.longitude) * kFenceRadian;
  const double rise = north - south;
  // The mean of the sine along the edge.
  const double mean =
      std::abs(rise) < 1e-6 ? std::sin((south + north) / 2) : (std::cos(south) - std::cos(north)) / rise;
  return api::kFenceEarthRadius * api::kFenceEarthRadius * width * mean;
}

double signedArea(std::span<const api::FencePoint> ring) {
  double sum = 0;
  for (std::size_t n = 0; n < ring.size(); ++n) sum += belowEdge(ring[n], ring[(n + 1) % ring.size()]);
  return sum;
}

/// The other way round, the first corner still first.
void turnRound(api::FenceRing& ring) {
  if (!ring.empty()) std::reverse(ring.begin() + 1, ring.end());
}

double ringArea(std::span<const api::FencePoint> ring) {
  return std::abs(signedArea(ring));
}

double edgeMetres(api::FencePoint from, api::FencePoint to) {
  if (isCutEdge(from, to)) return 0;
  to.longitude = nearestTurn(to.longitude, from.longitude);
  const double reach = std::max(std::abs(to.latitude - from.latitude), std::abs(to.longitude - from.longitude));
  const int pieces = std::clamp(int(std::ceil(reach / kBorderPieceDegrees)), 1, kMaxBorderPieces);
  double metres = 0;
  api::FencePoint before = from;
  for (int n = 1; n <= pieces; ++n) {
    const double part = double(n) / pieces;
    const api::FencePoint next{std::lerp(from.latitude, to.latitude, part),
                               std::lerp(from.longitude, to.longitude, part)};
    metres += metresBetween(before, next);
    before = next;
  }
  return metres;
}

double ringMetres(std::span<const api::FencePoint> ring) {
  double metres = 0;
  for (std::size_t n = 0; n < ring.size(); ++n) metres += edgeMetres(ring[n], ring[(n + 1) % ring.size()]);
  return metres;
}

}  // namespace

double fenceAreaSquareMetres(const api::FenceShape& shape) {
  if (const auto* circle = std::get_if<api::FenceCircle>(&shape)) {
    const double half = std::sin(circle->radius / api::kFenceEarthRadius / 2);
    return 4 * std::numbers::pi * api::kFenceEarthRadius * api::kFenceEarthRadius * half * half;
  }
  double sum = 0;
  for (const api::FencePolygon& polygon : std::get<api::FenceArea>(shape)) {
    sum += ringArea(polygon.outer);
    for (const api::FenceRing& hole : polygon.holes) sum -= ringArea(hole);
  }
  return std::max(0.0, sum);
}

double fenceBorderMetres(const api::FenceShape& shape) {
  if (const auto* circle = std::get_if<api::FenceCircle>(&shape))
    return 2 * std::numbers::pi * api::kFenceEarthRadius * std::sin(circle->radius / api::kFenceEarthRadius);
  double sum = 0;
  for (const api::FencePolygon& polygon : std::get<api::FenceArea>(shape)) {
    sum += ringMetres(polygon.outer);
    for (const api::FenceRing& hole : polygon.holes) sum += ringMetres(hole);
  }
  return sum;
}

double metresBetween(api::FencePoint from, api::FencePoint to) {
  return distanceMetres({from.latitude, from.longitude}, {to.latitude, to.longitude});
}

api::FencePoint placeAt(api::FencePoint from, double bearingDegrees, double metres) {
  const double latitude = from.latitude * kFenceRadian;
  const double bearing = bearingDegrees * kFenceRadian;
  const double angle = metres / api::kFenceEarthRadius;
  const double north = std::sin(latitude) * std::cos(angle) + std::cos(latitude) * std::sin(angle) * std::cos(bearing);
  const double east = std::sin(bearing) * std::sin(angle) * std::cos(latitude);
  const double turned = std::atan2(east, std::cos(angle) - std::sin(latitude) * north);
  return {std::asin(std::clamp(north, -1.0, 1.0)) / kFenceRadian, from.longitude + turned / kFenceRadian};
}

api::FenceRing circleRing(const api::FenceCircle& circle, int corners) {
  api::FenceRing ring;
  ring.reserve(std::size_t(corners));
  for (int n = 0; n < corners; ++n) ring.push_back(placeAt(circle.centre, 360.0 * n / corners, circle.radius));
  return ring;
}

bool isRingOf(std::span<const api::FencePoint> ring, const api::FenceCircle& circle) {
  if (ring.size() < 8) return false;
  const double slack = circle.radius * kCircleShare + kMetresPerDegree * kFenceGridDegrees;
  return std::all_of(ring.begin(), ring.end(), [&](const api::FencePoint& corner) {
    return std::abs(metresBetween(circle.centre, corner) - circle.radius) <= slack;
  });
}

double nearestTurn(double longitude, double near) {
  return std::abs(longitude - near) <= 180 ? longitude : longitude + 360 * std::round((near - longitude) / 360);
}

api::FenceRing unwrapped(std::span<const api::FencePoint> ring) {
  api::FenceRing way(ring.begin(), ring.end());
  for (std::size_t n = 1; n < way.size(); ++n) way[n].longitude = nearestTurn(way[n].longitude, way[n - 1].longitude);
  return way;
}

void turnRightHanded(api::FenceArea& area) {
  for (api::FencePolygon& polygon : area) {
    // Land that lies below an edge going west is to its left.
    if (signedArea(polygon.outer) > 0) turnRound(polygon.outer);
    for (api::FenceRing& hole : polygon.holes)
      if (signedArea(hole) < 0) turnRound(hole);
  }
}

bool isCutEdge(api::FencePoint from, api::FencePoint to) {
  return from.longitude == to.longitude && std::abs(from.longitude) == 180;
}

}  // namespace carport::ui
