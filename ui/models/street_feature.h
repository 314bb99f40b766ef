#pragma once

#include "ui/models/projection.h"

#include <QString>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace carport::ui {

/// What a piece of a street map is, in the order in which they are drawn. Areas first, then lines, then names. The
/// numbers stand in index files and keep their meaning.
enum class StreetKind : std::uint8_t {
  sea = 0,    ///< cut at tiles; winding fill, islands turn the other way
  green = 1,  ///< parks, gardens, grass, cemeteries
  wood = 2,
  sand = 3,
  water = 4,
  plaza = 5,  ///< squares that one walks on
  pierArea = 6,
  building = 7,
  stream = 16,
  coast = 17,
  border = 18,  ///< between countries
  pier = 19,
  rail = 20,
  path = 32,
  service = 33,
  pedestrian = 34,
  residential = 35,
  tertiary = 36,
  secondary = 37,
  primary = 38,
  trunk = 39,
  motorway = 40,
  placeName = 64,
  waterName = 65,
  greenName = 66,
  stationName = 67,
};

constexpr bool isStreet(StreetKind kind) {
  return kind >= StreetKind::path && kind <= StreetKind::motorway;
}
constexpr bool isArea(StreetKind kind) {
  return kind <= StreetKind::building;
}
constexpr bool isNameOnly(StreetKind kind) {
  return kind >= StreetKind::placeName && kind <= StreetKind::stationName;
}
/// Whether `number` is one of StreetKind's.
constexpr bool isStreetKind(std::uint8_t number) {
  return number <= 7 || (number >= 16 && number <= 20) || (number >= 32 && number <= 40) ||
         (number >= 64 && number <= 67);
}

/// Bits of a line.
enum StreetFlag : std::uint8_t { kStreetLink = 1, kStreetTunnel = 2, kStreetBridge = 4 };

/// A place on the web mercator square in 2^-30 of its width (under 4 cm); x and y as in projection.h.
struct StreetPoint {
  std::int32_t x = 0;
  std::int32_t y = 0;

  bool operator==(const StreetPoint&) const = default;
};
inline constexpr int kStreetBits = 30;
inline constexpr std::int32_t kStreetWorld = 1 << kStreetBits;

inline StreetPoint toStreetPoint(WorldPoint world) {
  const auto grid = [](double at) { return std::int32_t(std::lround(std::clamp(at, 0.0, 1.0) * kStreetWorld)); };
  return {grid(world.x()), grid(world.y())};
}
inline WorldPoint toWorldPoint(StreetPoint point) {
  return {double(point.x) / kStreetWorld, double(point.y) / kStreetWorld};
}

/// A box of places, both corners inside. Begins empty.
struct StreetBox {
  std::int32_t left = kStreetWorld;
  std::int32_t top = kStreetWorld;
  std::int32_t right = 0;
  std::int32_t bottom = 0;

  bool isEmpty() const { return right < left || bottom < top; }
  bool operator==(const StreetBox&) const = default;
  void add(StreetPoint p) {
    left = std::min(left, p.x);
    top = std::min(top, p.y);
    right = std::max(right, p.x);
    bottom = std::max(bottom, p.y);
  }
  bool intersects(const StreetBox& other) const {
    return left <= other.right && other.left <= right && top <= other.bottom && other.top <= bottom;
  }
  bool contains(StreetPoint p) const { return p.x >= left && p.x <= right && p.y >= top && p.y <= bottom; }
};

using StreetRing = std::vector<StreetPoint>;

/// One thing of a street map on its way into the index.
struct StreetFeature {
  StreetKind kind = StreetKind::residential;
  std::uint8_t flags = 0;  ///< StreetFlag
  /// Names: how much there is of the thing. Of a place its weight in people (placeWeight); otherwise the side of a
  /// square as large as it, in 2^-30 of the world.
  std::uint32_t size = 0;
  QString name;
  /// A line or a name has one; an area its outlines and holes, closed without repeating the first point.
  std::vector<StreetRing> rings;

  StreetBox box() const {
    StreetBox box;
    for (const StreetRing& ring : rings) {
      for (const StreetPoint point : ring) box.add(point);
    }
    return box;
  }
};

}  // namespace carport::ui
