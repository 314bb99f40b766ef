#include "ui/models/dead_reckoning.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace carport::ui {

namespace {

constexpr double kDegree = std::numbers::pi / 180.0;

}  // namespace

double distanceMetres(GeoPoint from, GeoPoint to) {
  constexpr double kEarthRadius = 6'371'008.8;
  const double halfLatitude = std::sin((to.latitude - from.latitude) * kDegree / 2);
  const double halfLongitude = std::sin((to.longitude - from.longitude) * kDegree / 2);
  const double a = halfLatitude * halfLatitude +
                   std::cos(from.latitude * kDegree) * std::cos(to.latitude * kDegree) * halfLongitude * halfLongitude;
  return 2 * kEarthRadius * std::asin(std::min(1.0, std::sqrt(a)));
}

void Glide::fix(WorldPoint place, float speedKmh, float headingDegrees, std::int64_t nowMs, bool smooth) {
  WorldPoint off;
  if (m_known && smooth) {
    off = at(nowMs) - place;
    off.setX(off.x() - std::round(off.x()));
  }
  const bool drives = speedKmh > 0 && !std::isnan(headingDegrees);
  m_place = place;
  m_off = {};
  m_perMs = {};
  m_fixedAtMs = nowMs;
  m_known = true;
  if (!drives && off.isNull()) return;
  // On so short a way one scale holds.
  const double worldPerMetre = 1 / worldWidthMetres(place);
  const double most = kJumpMetres * worldPerMetre;
  if (QPointF::dotProduct(off, off) <= most * most) m_off = off;
  if (!drives) return;
  const double angle = double(headingDegrees) * kDegree;
  m_perMs = WorldPoint(std::sin(angle), -std::cos(angle)) * (double(speedKmh) / 3600.0 * worldPerMetre);
}

WorldPoint Glide::at(std::int64_t nowMs) const {
  const std::int64_t since = std::max<std::int64_t>(0, nowMs - m_fixedAtMs);
  const double ahead = double(std::min(since, kMaxAheadMs));
  WorldPoint place = m_place + m_perMs * ahead;
  if (since < kBlendMs) {
    // Ease out: quick at first, so that the car is soon where it really is.
    const double left = 1.0 - double(since) / double(kBlendMs);
    place += m_off * (left * left);
  }
  return place;
}

bool Glide::isMoving(std::int64_t nowMs) const {
  const std::int64_t since = nowMs - m_fixedAtMs;
  return (since < kBlendMs && !m_off.isNull()) || (since < kMaxAheadMs && !m_perMs.isNull());
}

}  // namespace carport::ui
