#include "gateway/api/fence.h"

#include "gateway/api/fence_geometry.h"
#include "gateway/api/fence_tester.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace carport::api {

namespace {

constexpr double kRadiansPerDegree = std::numbers::pi / 180;
/// A radius is kept to the centimetre.
constexpr double kRadiusStepsPerMetre = 100;

bool isPlace(double latitude, double longitude) {
  return latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180;
}

/// `winding`: 1 for anticlockwise, -1 for clockwise.
FenceRing turned(const FenceRing& ring, int winding) {
  fencing::Ring places = fencing::ringOf(ring);
  if (places.empty()) return {};
  // The first corner stays the first.
  if (fencing::windingOf(places) == -winding) std::reverse(places.begin() + 1, places.end());
  return fencing::pointsOf(places);
}

FenceBox boxOfCircle(const FenceCircle& circle) {
  const double angle = circle.radius / kFenceEarthRadius;
  const double reach = angle / kRadiansPerDegree;
  FenceBox box{circle.centre.latitude - reach, -180, circle.centre.latitude + reach, 180};
  if (box.south <= -90 || box.north >= 90) {
    box.south = std::max(box.south, -90.0);
    box.north = std::min(box.north, 90.0);
    return box;
  }
  const double width =
      std::asin(std::sin(angle) / std::cos(circle.centre.latitude * kRadiansPerDegree)) / kRadiansPerDegree;
  box.west = circle.centre.longitude - width;
  box.east = circle.centre.longitude + width;
  if (box.west < -180) box.west += 360;
  if (box.east > 180) box.east -= 360;
  return box;
}

/// The smallest box: it leaves out the widest gap on the way round the globe.
FenceBox boxOfArea(const FenceArea& area) {
  FenceBox box{90, 0, -90, 0};
  std::vector<std::pair<double, double>> spans;  // west, east
  for (const FencePolygon& polygon : area) {
    if (polygon.outer.empty()) continue;
    auto& [west, east] = spans.emplace_back(180, -180);
    for (const FencePoint& point : polygon.outer) {
      box.south = std::min(box.south, point.latitude);
      box.north = std::max(box.north, point.latitude);
      west = std::min(west, point.longitude);
      east = std::max(east, point.longitude);
    }
  }
  if (spans.empty()) return box;
  std::sort(spans.begin(), spans.end());
  double reached = spans.front().second;
  for (const auto& [west, east] : spans) reached = std::max(reached, east);
  box.west = spans.front().first;
  box.east = reached;
  double widest = box.west + 360 - box.east;
  reached = spans.front().second;
  for (const auto& [west, east] : spans) {
    if (west - reached > widest) {
      widest = west - reached;
      box.west = west;
      box.east = reached;
    }
    reached = std::max(reached, east);
  }
  return box;
}

}  // namespace

std::size_t pointsOf(const FenceShape& shape) {
  const auto* area = std::get_if<FenceArea>(&shape);
  if (area == nullptr) return 1;
  std::size_t points = 0;
  for (const FencePolygon& polygon : *area) {
    points += polygon.outer.size();
    for (const FenceRing& hole : polygon.holes) points += hole.size();
  }
  return points;
}

FenceShape onFenceGrid(FenceShape shape) {
  if (auto* circle = std::get_if<FenceCircle>(&shape)) {
    circle->centre = fencing::pointOf(fencing::placeOf(circle->centre.latitude, circle->centre.longitude));
    circle->radius = std::round(circle->radius * kRadiusStepsPerMetre) / kRadiusStepsPerMetre;
    return shape;
  }
  for (FencePolygon& polygon : std::get<FenceArea>(shape)) {
    polygon.outer = turned(polygon.outer, 1);
    for (FenceRing& hole : polygon.holes) hole = turned(hole, -1);
  }
  return shape;
}

bool contains(const FenceShape& shape, double latitude, double longitude) {
  return FenceTester(shape).contains(latitude, longitude);
}

FenceBox boxOf(const FenceShape& shape) {
  const auto* circle = std::get_if<FenceCircle>(&shape);
  return circle != nullptr ? boxOfCircle(*circle) : boxOfArea(std::get<FenceArea>(shape));
}

bool FenceBox::holds(double latitude, double longitude) const {
  if (!(latitude >= south && latitude <= north)) return false;
  const auto isWithin = [this](double x) { return west <= east ? x >= west && x <= east : x >= west || x <= east; };
  // The antimeridian has two names.
  return isWithin(longitude) || (std::abs(longitude) == 180 && isWithin(-longitude));
}

FenceTester::FenceTester(const FenceShape& shape) : m_box(boxOf(shape)) {
  if (const auto* circle = std::get_if<FenceCircle>(&shape)) {
    m_circle = *circle;
    return;
  }
  for (const FencePolygon& polygon : std::get<FenceArea>(shape)) {
    Polygon& ready = m_polygons.emplace_back();
    ready.outer = fencing::ringOf(polygon.outer);
    for (const FenceRing& hole : polygon.holes) ready.holes.push_back(fencing::ringOf(hole));
  }
}

bool FenceTester::isInArea(fencing::Place place) const {
  const auto isInHole = [&](const fencing::Ring& hole) { return sideOf(hole, place) == fencing::Side::inside; };
  return std::any_of(m_polygons.begin(), m_polygons.end(), [&](const Polygon& polygon) {
    return sideOf(polygon.outer, place) != fencing::Side::outside &&
           std::none_of(polygon.holes.begin(), polygon.holes.end(), isInHole);
  });
}

bool FenceTester::contains(double latitude, double longitude) const {
  if (!isPlace(latitude, longitude)) return false;
  if (!m_circle) {
    // The grid is coarser than the place: what is nearest to the border is on it, and may be outside the box.
    fencing::Place place = fencing::placeOf(latitude, longitude);
    const FencePoint nearest = fencing::pointOf(place);
    if (!m_box.holds(nearest.latitude, nearest.longitude)) return false;
    if (isInArea(place)) return true;
    if (std::abs(place.x) != fencing::kHalfTurn) return false;
    place.x = -place.x;
    return isInArea(place);
  }
  if (!m_box.holds(latitude, longitude)) return false;
  const double north = std::sin((latitude - m_circle->centre.latitude) * kRadiansPerDegree / 2);
  const double east = std::sin((longitude - m_circle->centre.longitude) * kRadiansPerDegree / 2);
  const double squares = north * north + std::cos(latitude * kRadiansPerDegree) *
                                             std::cos(m_circle->centre.latitude * kRadiansPerDegree) * east * east;
  return 2 * kFenceEarthRadius * std::asin(std::sqrt(std::min(1.0, squares))) <= m_circle->radius;
}

}  // namespace carport::api
