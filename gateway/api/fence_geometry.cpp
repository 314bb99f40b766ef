#include "gateway/api/fence_geometry.h"

#include <algorithm>
#include <cmath>
#include <compare>

namespace carport::api::fencing {

namespace {

constexpr int kLowBits = 16;
constexpr std::int64_t kLow = std::int64_t{1} << kLowBits;

/// A product that may not fit into 64 bits: high · kLow + low, with low of 0 to kLow - 1.
struct Product {
  std::int64_t high = 0;
  std::int64_t low = 0;

  auto operator<=>(const Product&) const = default;
};

/// Of factors of at most 36 bits.
Product productOf(std::int64_t a, std::int64_t b) {
  const std::int64_t lowFactor = b & (kLow - 1);
  const std::int64_t lowProduct = a * lowFactor;
  const std::int64_t carry = lowProduct >> kLowBits;  // rounds down, also where it is negative (C++20)
  return {a * ((b - lowFactor) / kLow) + carry, lowProduct - carry * kLow};
}

bool isBetween(std::int64_t value, std::int64_t one, std::int64_t other) {
  return value >= std::min(one, other) && value <= std::max(one, other);
}

/// Far beyond every place: what is none must not overflow.
constexpr double kMaxDegrees = 1000;

std::int64_t onGrid(double degrees) {
  if (!(std::abs(degrees) <= kMaxDegrees)) return degrees > 0 ? onGrid(kMaxDegrees) : onGrid(-kMaxDegrees);
  return 2 * static_cast<std::int64_t>(std::llround(degrees * kGridStepsPerDegree));
}

}  // namespace

Place placeOf(double latitude, double longitude) {
  return {onGrid(longitude), onGrid(latitude)};
}

FencePoint pointOf(Place place) {
  const auto degrees = [](std::int64_t steps) { return static_cast<double>(steps / 2) / kGridStepsPerDegree; };
  return {degrees(place.y), degrees(place.x)};
}

Ring ringOf(const FenceRing& ring) {
  Ring places;
  places.reserve(ring.size());
  for (const FencePoint& point : ring) {
    const Place place = placeOf(point.latitude, point.longitude);
    if (places.empty() || places.back() != place) places.push_back(place);
  }
  while (places.size() > 1 && places.front() == places.back()) places.pop_back();
  return places;
}

FenceRing pointsOf(const Ring& ring) {
  FenceRing points;
  points.reserve(ring.size());
  for (const Place place : ring) points.push_back(pointOf(place));
  return points;
}

int turnOf(Place a, Place b, Place c) {
  const Product left = productOf(b.x - a.x, c.y - a.y);
  const Product right = productOf(b.y - a.y, c.x - a.x);
  return left < right ? -1 : left == right ? 0 : 1;
}

int windingOf(const Ring& ring) {
  // Twice the area. What does not fit is carried on at each step: rings of files may go round thousands of times.
  std::int64_t top = 0, high = 0, low = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Place one = ring[i], other = ring[(i + 1) % ring.size()], origin = ring.front();
    const Product gained = productOf(one.x - origin.x, other.y - origin.y);
    const Product lost = productOf(other.x - origin.x, one.y - origin.y);
    low += gained.low - lost.low;
    high += gained.high - lost.high + (low >> kLowBits);
    top += high >> kLowBits;
    low &= kLow - 1;
    high &= kLow - 1;
  }
  return top < 0 ? -1 : top > 0 || high > 0 || low > 0 ? 1 : 0;
}

bool isInOneLine(const Ring& ring) {
  for (std::size_t i = 2; i < ring.size(); ++i) {
    if (turnOf(ring[0], ring[1], ring[i]) != 0) return false;
  }
  return true;
}

Side sideOf(const Ring& ring, Place place) {
  bool isInside = false;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Place a = ring[i], b = ring[i + 1 == ring.size() ? 0 : i + 1];
    if (!isBetween(place.y, a.y, b.y)) continue;
    const int turn = turnOf(a, b, place);
    if (turn == 0 && isBetween(place.x, a.x, b.x)) return Side::border;
    // An edge counts where it leads from below the place, or its height, to above it, and passes east of it.
    if ((a.y > place.y) != (b.y > place.y) && turn == (b.y > a.y ? 1 : -1)) isInside = !isInside;
  }
  return isInside ? Side::inside : Side::outside;
}

Meeting meetingOf(Place a, Place b, Place c, Place d) {
  if (std::max(a.x, b.x) < std::min(c.x, d.x) || std::max(c.x, d.x) < std::min(a.x, b.x)) return Meeting::apart;
  if (std::max(a.y, b.y) < std::min(c.y, d.y) || std::max(c.y, d.y) < std::min(a.y, b.y)) return Meeting::apart;
  const int ofC = turnOf(a, b, c);
  const int ofD = turnOf(a, b, d);
  if (ofC == 0 && ofD == 0) {
    const Place begin = std::max(std::min(a, b), std::min(c, d));
    const Place end = std::min(std::max(a, b), std::max(c, d));
    return begin < end ? Meeting::along : Meeting::apart;
  }
  if (ofC * ofD >= 0 || turnOf(c, d, a) * turnOf(c, d, b) >= 0) return Meeting::apart;
  return Meeting::crossing;
}

}  // namespace carport::api::fencing
