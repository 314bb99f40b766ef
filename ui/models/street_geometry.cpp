#include "ui/models/street_geometry.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace carport::ui {
namespace {

double toSegmentSquared(StreetPoint p, StreetPoint a, StreetPoint b) {
  const double dx = double(b.x) - a.x;
  const double dy = double(b.y) - a.y;
  const double length = dx * dx + dy * dy;
  const double along = length > 0 ? ((double(p.x) - a.x) * dx + (double(p.y) - a.y) * dy) / length : 0;
  const double part = std::clamp(along, 0.0, 1.0);
  const double x = a.x + part * dx - p.x;
  const double y = a.y + part * dy - p.y;
  return x * x + y * y;
}

/// The part of `ring` where `depth` is not negative. `depth` is linear, so that a cut lies where it is nought.
template <class Depth>
StreetRing cutAt(const StreetRing& ring, Depth depth) {
  StreetRing kept;
  if (ring.empty()) return kept;
  StreetPoint from = ring.back();
  double fromDepth = depth(from);
  for (const StreetPoint to : ring) {
    const double toDepth = depth(to);
    if ((toDepth >= 0) != (fromDepth >= 0)) {
      const double part = fromDepth / (fromDepth - toDepth);
      kept.push_back({std::int32_t(std::lround(from.x + (double(to.x) - from.x) * part)),
                      std::int32_t(std::lround(from.y + (double(to.y) - from.y) * part))});
    }
    if (toDepth >= 0) kept.push_back(to);
    from = to;
    fromDepth = toDepth;
  }
  return kept;
}

}  // namespace

StreetRing simplifiedLine(std::span<const StreetPoint> line, double tolerance) {
  if (line.size() < 3) return {line.begin(), line.end()};
  std::vector<bool> keep(line.size(), false);
  keep.front() = keep.back() = true;
  // A stack instead of recursion: a line may have as many points as its sender likes.
  std::vector<std::pair<std::size_t, std::size_t>> open{{0, line.size() - 1}};
  while (!open.empty()) {
    const auto [first, last] = open.back();
    open.pop_back();
    double farthest = tolerance * tolerance;
    std::size_t at = first;
    for (std::size_t n = first + 1; n < last; ++n) {
      const double distance = toSegmentSquared(line[n], line[first], line[last]);
      if (distance <= farthest) continue;
      farthest = distance;
      at = n;
    }
    if (at == first) continue;
    keep[at] = true;
    open.emplace_back(first, at);
    open.emplace_back(at, last);
  }
  StreetRing kept;
  for (std::size_t n = 0; n < line.size(); ++n) {
    if (keep[n]) kept.push_back(line[n]);
  }
  return kept;
}

StreetRing simplifiedRing(const StreetRing& ring, double tolerance) {
  if (ring.size() < 4) return ring;
  // Cut at the point farthest from the first, so that both halves have ends that stay.
  const auto farthest = std::max_element(ring.begin(), ring.end(), [&](StreetPoint a, StreetPoint b) {
    return std::hypot(double(a.x) - ring[0].x, double(a.y) - ring[0].y) <
           std::hypot(double(b.x) - ring[0].x, double(b.y) - ring[0].y);
  });
  const auto split = std::size_t(farthest - ring.begin());
  StreetRing closed = ring;
  closed.push_back(ring.front());
  const std::span<const StreetPoint> all(closed);
  StreetRing kept = simplifiedLine(all.first(split + 1), tolerance);
  const StreetRing second = simplifiedLine(all.subspan(split), tolerance);
  kept.insert(kept.end(), second.begin() + 1, second.end() - 1);
  return kept.size() < 3 ? StreetRing() : kept;
}

double signedArea2(const StreetRing& ring) {
  double sum = 0;
  for (std::size_t n = 0, before = ring.size() - 1; n < ring.size(); before = n++) {
    // Relative to one point of it, so that small rings keep their digits.
    const double ax = double(ring[before].x) - ring[0].x;
    const double ay = double(ring[before].y) - ring[0].y;
    const double bx = double(ring[n].x) - ring[0].x;
    const double by = double(ring[n].y) - ring[0].y;
    sum += ax * by - bx * ay;
  }
  return sum;
}

StreetRing clippedRing(const StreetRing& ring, const StreetBox& box) {
  StreetRing cut = cutAt(ring, [&](StreetPoint p) { return double(p.x) - box.left; });
  cut = cutAt(cut, [&](StreetPoint p) { return double(box.right) - p.x; });
  cut = cutAt(cut, [&](StreetPoint p) { return double(p.y) - box.top; });
  cut = cutAt(cut, [&](StreetPoint p) { return double(box.bottom) - p.y; });
  return cut.size() < 3 ? StreetRing() : cut;
}

StreetPoint labelPlace(const StreetRing& outline) {
  StreetBox box;
  double sumX = 0, sumY = 0, area = 0;
  for (std::size_t n = 0, before = outline.size() - 1; n < outline.size(); before = n++) {
    box.add(outline[n]);
    const double ax = double(outline[before].x) - outline[0].x, ay = double(outline[before].y) - outline[0].y;
    const double bx = double(outline[n].x) - outline[0].x, by = double(outline[n].y) - outline[0].y;
    const double cross = ax * by - bx * ay;
    area += cross;
    sumX += (ax + bx) * cross;
    sumY += (ay + by) * cross;
  }
  const double y = area != 0 ? outline[0].y + sumY / (3 * area) : (double(box.top) + box.bottom) / 2;
  std::vector<double> crossings;
  for (std::size_t n = 0, before = outline.size() - 1; n < outline.size(); before = n++) {
    const StreetPoint a = outline[before], b = outline[n];
    if ((a.y > y) == (b.y > y)) continue;
    crossings.push_back(a.x + (y - a.y) / (double(b.y) - a.y) * (double(b.x) - a.x));
  }
  std::sort(crossings.begin(), crossings.end());
  double widest = -1, x = (double(box.left) + box.right) / 2;
  for (std::size_t n = 0; n + 1 < crossings.size(); n += 2) {
    if (crossings[n + 1] - crossings[n] <= widest) continue;
    widest = crossings[n + 1] - crossings[n];
    x = (crossings[n] + crossings[n + 1]) / 2;
  }
  return {std::int32_t(std::lround(x)), std::int32_t(std::lround(y))};
}

double distanceSquared(StreetPoint place, std::span<const StreetPoint> line) {
  if (line.size() == 1) return toSegmentSquared(place, line[0], line[0]);
  double nearest = std::numeric_limits<double>::infinity();
  for (std::size_t n = 0; n + 1 < line.size(); ++n)
    nearest = std::min(nearest, toSegmentSquared(place, line[n], line[n + 1]));
  return nearest;
}

}  // namespace carport::ui
