#pragma once

#include "gateway/api/fence.h"

#include <compare>
#include <cstdint>
#include <vector>

/// Geometry in the plane of longitude and latitude, without rounding: whether edges cross must not depend on the last
/// bit of a double. Pure.
namespace carport::api::fencing {

/// Whole numbers of half a step of the grid of fences, so that the middle of an edge is on it, too.
struct Place {
  std::int64_t x = 0;  ///< eastwards
  std::int64_t y = 0;  ///< northwards

  auto operator<=>(const Place&) const = default;
};
using Ring = std::vector<Place>;

inline constexpr double kGridStepsPerDegree = 1e7;
inline constexpr std::int64_t kHalfTurn = 3'600'000'000;  ///< 180 degrees

/// The nearest place on the grid; of degrees within ±540.
Place placeOf(double latitude, double longitude);
FencePoint pointOf(Place place);
/// A ring's places, none the same as the one before it; may be empty.
Ring ringOf(const FenceRing& ring);
FenceRing pointsOf(const Ring& ring);

/// 1 where a, b, c turn left, -1 to the right, 0 in one line.
int turnOf(Place a, Place b, Place c);
/// 1 where the ring goes anticlockwise, -1 clockwise, 0 where it goes round as much one way as the other.
int windingOf(const Ring& ring);
bool isInOneLine(const Ring& ring);

enum class Side : std::uint8_t { outside, border, inside };
Side sideOf(const Ring& ring, Place place);

enum class Meeting : std::uint8_t {
  apart,     ///< or they touch in one point
  crossing,  ///< in a point that is an end of neither
  along      ///< they have a piece in common
};
Meeting meetingOf(Place a, Place b, Place c, Place d);

}  // namespace carport::api::fencing
