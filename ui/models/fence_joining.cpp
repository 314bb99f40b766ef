// Putting parts of a fence together that were cut at the antimeridian: a part of fence_geometry.h.
#include "ui/models/fence_geometry.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace carport::ui {
namespace {

constexpr double kJoinTolerance = 2e-7;  // degrees: a corner that a cut had made is off its edge by the grid at most

double signedDegrees(const api::FenceRing& ring) {
  double sum = 0;
  for (std::size_t n = 0; n < ring.size(); ++n) {
    const api::FencePoint& a = ring[n];
    const api::FencePoint& b = ring[(n + 1) % ring.size()];
    sum += a.longitude * b.latitude - b.longitude * a.latitude;
  }
  return sum;
}

/// An edge that both rings have, in opposite directions, at `longitude`.
struct SharedEdge {
  std::size_t first;   ///< where it begins in the one
  std::size_t second;  ///< where it begins in the other
};

/// The only such edge; none where there is none, or where there are several, which would leave a hole.
std::optional<SharedEdge> sharedEdge(const api::FenceRing& one, const api::FenceRing& other, double longitude) {
  std::optional<SharedEdge> found;
  for (std::size_t n = 0; n < one.size(); ++n) {
    const api::FencePoint& from = one[n];
    const api::FencePoint& to = one[(n + 1) % one.size()];
    if (from.longitude != longitude || to.longitude != longitude) continue;
    for (std::size_t m = 0; m < other.size(); ++m) {
      if (!(other[m] == to) || !(other[(m + 1) % other.size()] == from)) continue;
      if (found) return std::nullopt;
      found = SharedEdge{n, m};
    }
  }
  return found;
}

bool liesBetween(const api::FencePoint& corner, const api::FencePoint& before, const api::FencePoint& after) {
  const double width = after.longitude - before.longitude;
  if (width == 0) return false;
  const double part = (corner.longitude - before.longitude) / width;
  if (part <= 0 || part >= 1) return false;
  return std::abs(std::lerp(before.latitude, after.latitude, part) - corner.latitude) <= kJoinTolerance;
}

/// The one ring with the other in the place of their shared edge.
api::FenceRing spliced(const api::FenceRing& one, const api::FenceRing& other, SharedEdge edge) {
  api::FenceRing ring;
  const auto push = [&ring](const api::FencePoint& corner) {
    if (ring.empty() || !(ring.back() == corner)) ring.push_back(corner);
  };
  for (std::size_t n = 0; n < one.size(); ++n) push(one[(edge.first + 1 + n) % one.size()]);
  for (std::size_t n = 0; n < other.size(); ++n) push(other[(edge.second + 1 + n) % other.size()]);
  while (ring.size() > 1 && ring.back() == ring.front()) ring.pop_back();
  const std::array<api::FencePoint, 2> ends{one[edge.first], one[(edge.first + 1) % one.size()]};
  for (const api::FencePoint& end : ends) {
    const auto at = std::find(ring.begin(), ring.end(), end);
    if (at == ring.end() || ring.size() <= 3) continue;
    const std::size_t n = std::size_t(at - ring.begin());
    if (liesBetween(end, ring[(n + ring.size() - 1) % ring.size()], ring[(n + 1) % ring.size()])) ring.erase(at);
  }
  return ring;
}

void turn(api::FencePolygon& polygon, double degrees) {
  for (api::FencePoint& corner : polygon.outer) corner.longitude += degrees;
  for (api::FenceRing& hole : polygon.holes)
    for (api::FencePoint& corner : hole) corner.longitude += degrees;
}

/// Joins `other`, or itself turned by a whole turn, to `one`; false where they share no edge there.
bool joinTo(api::FencePolygon& one, const api::FencePolygon& other) {
  for (const double degrees : {0.0, 360.0, -360.0}) {
    api::FencePolygon moved = other;
    turn(moved, degrees);
    if (signedDegrees(moved.outer) * signedDegrees(one.outer) < 0) std::reverse(moved.outer.begin(), moved.outer.end());
    for (const double longitude : {180.0, -180.0}) {
      const auto edge = sharedEdge(one.outer, moved.outer, longitude);
      if (!edge) continue;
      one.outer = spliced(one.outer, moved.outer, *edge);
      one.holes.insert(one.holes.end(), moved.holes.begin(), moved.holes.end());
      return true;
    }
  }
  return false;
}

bool touchesCut(const api::FencePolygon& polygon) {
  return std::any_of(polygon.outer.begin(), polygon.outer.end(),
                     [](const api::FencePoint& corner) { return std::abs(corner.longitude) == 180; });
}

}  // namespace

api::FenceArea joinedAtAntimeridian(const api::FenceArea& area) {
  api::FenceArea joined = area;
  if (std::none_of(area.begin(), area.end(), touchesCut)) return joined;
  for (std::size_t n = 0; n < joined.size(); ++n) {
    for (std::size_t m = n + 1; m < joined.size();) {
      if (!touchesCut(joined[m]) || !joinTo(joined[n], joined[m])) {
        ++m;
        continue;
      }
      joined.erase(joined.begin() + std::ptrdiff_t(m));
      m = n + 1;  // it may now share an edge with one that was passed over
    }
  }
  return joined;
}

}  // namespace carport::ui
