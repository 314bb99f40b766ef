// Fewer corners, and where a name stands: parts of fence_geometry.h.
#include "ui/models/fence_geometry.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace carport::ui {
namespace {

constexpr double kDegreeMetres = api::kFenceEarthRadius * std::numbers::pi / 180;
constexpr double kFirstToleranceMetres = 0.05;
constexpr double kLastToleranceMetres = 1e6;
constexpr int kToleranceSteps = 24;  // halvings of the logarithm of the tolerance
constexpr int kMaxFarthestCuts = 32;
constexpr std::array kLabelRows{0.5, 0.35, 0.65, 0.2, 0.8};

/// Metres on a plane around the ring: near enough to decide which corner matters.
std::vector<QPointF> planeOf(const api::FenceRing& ring) {
  double middle = 0;
  for (const api::FencePoint& corner : ring) middle += corner.latitude / double(ring.size());
  const double narrow = std::cos(middle * std::numbers::pi / 180);
  std::vector<QPointF> plane;
  plane.reserve(ring.size());
  for (const api::FencePoint& corner : ring)
    plane.emplace_back(corner.longitude * kDegreeMetres * narrow, corner.latitude * kDegreeMetres);
  return plane;
}

double distanceToLeg(QPointF point, QPointF from, QPointF to) {
  const QPointF way = to - from;
  const double length = QPointF::dotProduct(way, way);
  const double part = length > 0 ? std::clamp(QPointF::dotProduct(point - from, way) / length, 0.0, 1.0) : 0.0;
  const QPointF off = point - (from + way * part);
  return std::hypot(off.x(), off.y());
}

/// Marks the corners between two that stay. Rings come from files: without recursion, and a ring that is made so that
/// every cut takes off one corner alone is halved from a depth on, so that it costs no more than any other.
void keepBetween(const std::vector<QPointF>& plane, std::size_t from, std::size_t to, double tolerance,
                 std::vector<bool>& keep) {
  struct Stretch {
    std::size_t first;
    std::size_t last;
    int depth;
  };
  std::vector<Stretch> open{{from, to, 0}};
  while (!open.empty()) {
    const auto [first, last, depth] = open.back();
    open.pop_back();
    double farthest = tolerance;
    std::size_t at = first;
    for (std::size_t n = first + 1; n < last; ++n) {
      const double off = distanceToLeg(plane[n], plane[first], plane[last % plane.size()]);
      if (off <= farthest) continue;
      farthest = off;
      at = n;
    }
    if (at == first) continue;
    if (depth > kMaxFarthestCuts) at = (first + last) / 2;
    if (at == first) continue;
    keep[at] = true;
    open.push_back({first, at, depth + 1});
    open.push_back({at, last, depth + 1});
  }
}

/// The corner farthest from `from`, or from the line between it and `other`.
std::size_t farthestFrom(const std::vector<QPointF>& plane, std::size_t from, std::size_t other) {
  std::size_t best = from;
  double farthest = -1;
  for (std::size_t n = 0; n < plane.size(); ++n) {
    if (n == from || n == other) continue;
    const double off = distanceToLeg(plane[n], plane[from], plane[other]);
    if (off > farthest) {
      farthest = off;
      best = n;
    }
  }
  return best;
}

std::size_t cornersOf(const api::FenceArea& area) {
  std::size_t corners = 0;
  for (const api::FencePolygon& polygon : area) {
    corners += polygon.outer.size();
    for (const api::FenceRing& hole : polygon.holes) corners += hole.size();
  }
  return corners;
}

api::FenceArea simplifiedArea(const api::FenceArea& area, double tolerance) {
  api::FenceArea result;
  for (const api::FencePolygon& polygon : area) {
    api::FencePolygon next{simplified(polygon.outer, tolerance), {}};
    for (const api::FenceRing& hole : polygon.holes) {
      const double width = fenceAreaSquareMetres(api::FenceArea{{hole, {}}});
      if (width > tolerance * tolerance) next.holes.push_back(simplified(hole, tolerance));
    }
    result.push_back(std::move(next));
  }
  return result;
}

/// Where a level line crosses the rings, from left to right.
std::vector<double> crossingsAt(std::span<const std::vector<WorldPoint>> rings, double y) {
  std::vector<double> xs;
  for (const auto& ring : rings) {
    for (std::size_t n = 0; n < ring.size(); ++n) {
      const WorldPoint& a = ring[n];
      const WorldPoint& b = ring[(n + 1) % ring.size()];
      if ((a.y() > y) == (b.y() > y)) continue;
      xs.push_back(std::lerp(a.x(), b.x(), (y - a.y()) / (b.y() - a.y())));
    }
  }
  std::sort(xs.begin(), xs.end());
  return xs;
}

}  // namespace

api::FenceRing simplified(std::span<const api::FencePoint> ring, double toleranceMetres) {
  const api::FenceRing way = unwrapped(ring);
  if (way.size() <= 3) return way;
  const std::vector<QPointF> plane = planeOf(way);
  const std::size_t opposite = farthestFrom(plane, 0, 0);
  const std::size_t third = farthestFrom(plane, 0, opposite);
  std::vector<bool> keep(way.size(), false);
  std::array<std::size_t, 3> fixed{0, std::min(opposite, third), std::max(opposite, third)};
  for (const std::size_t n : fixed) keep[n] = true;
  keepBetween(plane, fixed[0], fixed[1], toleranceMetres, keep);
  keepBetween(plane, fixed[1], fixed[2], toleranceMetres, keep);
  keepBetween(plane, fixed[2], way.size(), toleranceMetres, keep);
  api::FenceRing result;
  for (std::size_t n = 0; n < way.size(); ++n)
    if (keep[n]) result.push_back(way[n]);
  return result;
}

std::optional<api::FenceArea> simplifiedTo(const api::FenceArea& area, std::size_t corners) {
  if (cornersOf(area) <= corners) return area;
  double low = std::log(kFirstToleranceMetres);
  double high = std::log(kLastToleranceMetres);
  std::optional<api::FenceArea> best;
  for (int n = 0; n < kToleranceSteps; ++n) {
    const double middle = (low + high) / 2;
    api::FenceArea next = simplifiedArea(area, std::exp(middle));
    if (cornersOf(next) <= corners) {
      best = std::move(next);
      high = middle;
    } else {
      low = middle;
    }
  }
  return best;
}

WorldPoint labelPlace(std::span<const std::vector<WorldPoint>> rings) {
  if (rings.empty() || rings.front().empty()) return {};
  double top = rings.front().front().y();
  double bottom = top;
  for (const WorldPoint& corner : rings.front()) {
    top = std::min(top, corner.y());
    bottom = std::max(bottom, corner.y());
  }
  WorldPoint best = rings.front().front();
  double widest = 0;
  for (const double row : kLabelRows) {
    const double y = std::lerp(top, bottom, row);
    const std::vector<double> xs = crossingsAt(rings, y);
    for (std::size_t n = 0; n + 1 < xs.size(); n += 2) {
      // The middle row wins unless another is much wider.
      const double width = (xs[n + 1] - xs[n]) * (row == kLabelRows.front() ? 1.3 : 1.0);
      if (width <= widest) continue;
      widest = width;
      best = {(xs[n] + xs[n + 1]) / 2, y};
    }
  }
  return best;
}

}  // namespace carport::ui
