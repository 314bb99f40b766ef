#include "gateway/simulator/geo.h"

#include <cmath>
#include <numbers>

namespace carport::sim {

namespace {
constexpr double kEarthRadiusMetres = 6'371'008.8;  // IUGG mean radius
constexpr double radians(double degrees) {
  return degrees * std::numbers::pi / 180.0;
}
constexpr double degrees(double radians) {
  return radians * 180.0 / std::numbers::pi;
}
}  // namespace

double distanceMetres(GeoPoint from, GeoPoint to) {
  const double dLat = radians(to.latitude - from.latitude);
  const double dLon = radians(to.longitude - from.longitude);
  const double a = std::pow(std::sin(dLat / 2), 2) +
                   std::cos(radians(from.latitude)) * std::cos(radians(to.latitude)) * std::pow(std::sin(dLon / 2), 2);
  return 2 * kEarthRadiusMetres * std::asin(std::min(1.0, std::sqrt(a)));
}

double bearingDegrees(GeoPoint from, GeoPoint to) {
  const double dLon = radians(to.longitude - from.longitude);
  const double fromLat = radians(from.latitude);
  const double toLat = radians(to.latitude);
  const double y = std::sin(dLon) * std::cos(toLat);
  const double x = std::cos(fromLat) * std::sin(toLat) - std::sin(fromLat) * std::cos(toLat) * std::cos(dLon);
  const double bearing = degrees(std::atan2(y, x));
  return bearing < 0 ? bearing + 360 : bearing;
}

GeoPoint moved(GeoPoint from, double bearing, double metres) {
  const double dLat = degrees(metres * std::cos(radians(bearing)) / kEarthRadiusMetres);
  const double scale = std::max(0.01, std::cos(radians(from.latitude)));
  const double dLon = degrees(metres * std::sin(radians(bearing)) / (kEarthRadiusMetres * scale));
  return {from.latitude + dLat, from.longitude + dLon};
}

}  // namespace carport::sim
