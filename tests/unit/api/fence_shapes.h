#pragma once

#include "gateway/api/fence.h"

#include <cmath>
#include <initializer_list>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

/// Shapes of fences for tests, and what is wrong with them.
namespace carport::api::test {

/// Corners as latitude, longitude.
inline FenceRing ring(std::initializer_list<std::pair<double, double>> corners) {
  FenceRing points;
  for (const auto& [latitude, longitude] : corners) points.push_back({latitude, longitude});
  return points;
}

inline FenceRing box(double south, double west, double north, double east) {
  return ring({{south, west}, {south, east}, {north, east}, {north, west}});
}

inline FenceShape area(FenceRing outer, std::vector<FenceRing> holes = {}) {
  return FenceArea{{std::move(outer), std::move(holes)}};
}

inline std::string troubleOf(const FenceShape& shape) {
  const auto fits = checkFenceShape(shape);
  return fits ? std::string() : fits.error().message();
}

/// A star with that many corners around a place.
inline FenceRing star(std::size_t corners, double latitude, double longitude, double radius) {
  FenceRing points;
  for (std::size_t i = 0; i < corners; ++i) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(corners);
    const double reach = i % 2 == 0 ? radius : radius / 2;
    points.push_back({latitude + reach * std::sin(angle), longitude + reach * std::cos(angle)});
  }
  return points;
}

}  // namespace carport::api::test
