#include "ui/models/dead_reckoning.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace carport::ui {

namespace {

constexpr double kMetresPerDegree = kEquatorMetres / 360.0;
constexpr double kDegree = std::numbers::pi / 180.0;

/// Below the poles' singularity a degree of longitude keeps some length.
double metresPerDegreeOfLongitude(double latitude) {
  return kMetresPerDegree * std::max(0.01, std::cos(latitude * kDegree));
}

}  // namespace

double distanceMetres(GeoPoint from, GeoPoint to) {
  constexpr double kEarthRadius = 6'371'008.8;
  const double halfLatitude = std::sin((to.latitude - from.latitude) * kDegree / 2);
  const double halfLongitude = std::sin((to.longitude - from.longitude) * kDegree / 2);
  const double a = halfLatitude * halfLatitude +
                   std::cos(from.latitude * kDegree) * std::cos(to.latitude * kDegree) * halfLongitude * halfLongitude;
  return 2 * kEarthRadius * std::asin(std::min(1.0, std::sqrt(a)));
}

void Glide::fix(GeoPoint point, float speedKmh, float headingDegrees, std::int64_t nowMs, bool smooth) {
  const double metresPerLongitude = metresPerDegreeOfLongitude(point.latitude);
  GeoPoint drawn = point;
  if (m_known && smooth) {
    drawn = at(nowMs);
    // On so short a way the earth is flat; across the 180th meridian a car jumps.
    const double north = (drawn.latitude - point.latitude) * kMetresPerDegree;
    const double east = (drawn.longitude - point.longitude) * metresPerLongitude;
    if (north * north + east * east > kJumpMetres * kJumpMetres) drawn = point;
  }
  m_latitude = point.latitude;
  m_longitude = point.longitude;
  m_latitudeOff = drawn.latitude - point.latitude;
  m_longitudeOff = drawn.longitude - point.longitude;
  m_fixedAtMs = nowMs;
  m_known = true;
  m_latitudePerMs = 0;
  m_longitudePerMs = 0;
  if (!(speedKmh > 0) || std::isnan(headingDegrees)) return;
  const double metresPerMs = double(speedKmh) / 3600.0;
  const double angle = double(headingDegrees) * kDegree;
  m_latitudePerMs = metresPerMs * std::cos(angle) / kMetresPerDegree;
  m_longitudePerMs = metresPerMs * std::sin(angle) / metresPerLongitude;
}

GeoPoint Glide::at(std::int64_t nowMs) const {
  const std::int64_t since = std::max<std::int64_t>(0, nowMs - m_fixedAtMs);
  const double ahead = double(std::min(since, kMaxAheadMs));
  GeoPoint point{m_latitude + m_latitudePerMs * ahead, m_longitude + m_longitudePerMs * ahead};
  if (since < kBlendMs) {
    // Ease out: quick at first, so that the car is soon where it really is.
    const double left = 1.0 - double(since) / double(kBlendMs);
    point.latitude += m_latitudeOff * left * left;
    point.longitude += m_longitudeOff * left * left;
  }
  return point;
}

bool Glide::isMoving(std::int64_t nowMs) const {
  const std::int64_t since = nowMs - m_fixedAtMs;
  if (since < kBlendMs && (m_latitudeOff != 0 || m_longitudeOff != 0)) return true;
  return since < kMaxAheadMs && (m_latitudePerMs != 0 || m_longitudePerMs != 0);
}

}  // namespace carport::ui
