#pragma once

#include "gateway/api/organisation.h"
#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/base/strong_id.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace carport::api {

/// Number of a fence; each organisation counts its own.
using FenceNumber = StrongId<struct FenceTag, std::int64_t>;

/// A place on the globe, WGS 84. Fences have it on a grid of 10⁻⁷ degrees (11 mm): see onFenceGrid().
struct FencePoint {
  double latitude = 0;   ///< degrees, -90 to 90
  double longitude = 0;  ///< degrees, -180 to 180

  bool operator==(const FencePoint&) const = default;
};

/// Corners one after the other, either way round; from the last an edge leads back to the first, which is not said
/// twice. An edge is straight in degrees, as on a plate carrée map (RFC 7946 §3.1.1).
using FenceRing = std::vector<FencePoint>;

/// What is within `outer` and within none of `holes`; every edge belongs to the outside of its hole and to the inside
/// of `outer`.
struct FencePolygon {
  FenceRing outer;
  std::vector<FenceRing> holes;

  bool operator==(const FencePolygon&) const = default;
};

/// What lies in any of these polygons; they may overlap. One that crosses the antimeridian is cut there in two, one
/// that ends at 180 and one that begins at -180 (RFC 7946 §3.1.9): cutAtAntimeridian() does that.
using FenceArea = std::vector<FencePolygon>;

/// What is at most `radius` away along the surface of a sphere of kFenceEarthRadius; may lie across the antimeridian
/// or a pole.
struct FenceCircle {
  FencePoint centre;
  double radius = 0;  ///< metres, to the centimetre

  bool operator==(const FenceCircle&) const = default;
};

using FenceShape = std::variant<FenceCircle, FenceArea>;

/// Metres; the mean radius of WGS 84.
inline constexpr double kFenceEarthRadius = 6'371'008.8;

/// Colours that a fence may have: 0 to this, without it. What they look like is the portal's matter.
inline constexpr std::uint8_t kFenceColours = 8;
/// Longest name and longest note, in bytes of UTF-8.
inline constexpr std::size_t kMaxFenceNameBytes = kMaxTitleBytes;
inline constexpr std::size_t kMaxFenceNoteBytes = kMaxNoteBytes;
/// Most corners of one fence, of all its rings together: the audit log has room for both what it was and what it is.
inline constexpr std::size_t kMaxFencePoints = 1'000;
/// Most polygons of one fence, and most holes of them together.
inline constexpr std::size_t kMaxFencePolygons = 50;
inline constexpr std::size_t kMaxFenceHoles = 50;
/// Metres.
inline constexpr double kMinFenceRadius = 1;
inline constexpr double kMaxFenceRadius = 1'000'000;
/// Most fences of the house, and of each organisation; and most corners of all of them together, circles counted as 1.
inline constexpr std::size_t kMaxFences = 1'000;
inline constexpr std::size_t kMaxFencePointsOfAll = 100'000;

/// A part of the world that people gave a name. Everybody who may view anything in an organisation sees its fences.
struct Fence {
  FenceNumber number;
  std::string organisation;  ///< whose it is; empty: the house's
  std::string name;          ///< what people read; never empty, and not unique
  std::uint8_t colour = 0;   ///< below kFenceColours
  std::string note;
  FenceShape shape;
  TimePoint createdAt{};
  TimePoint changedAt{};
  /// What the gateway calls this state of the fence, for If-Match; empty: not said. Only answers have it.
  std::string revision;

  bool operator==(const Fence&) const = default;
};

/// So many corners a shape has, as limits count them.
std::size_t pointsOf(const FenceShape& shape);

/// The shape with its coordinates on the grid of fences, corners that are the same as the one before them left out,
/// outer rings anticlockwise and holes clockwise (RFC 7946 §3.1.6). What the gateway stores is this of what it was
/// given.
FenceShape onFenceGrid(FenceShape shape);

/// Whether a fence can be what it says. The failing side names the field and tells a person what to do about it.
///
/// Of an area: every ring has three corners or more that are not all in one line; no edge is longer than 180 degrees of
/// longitude, because nobody can tell which way round the globe it would go; the edges of one polygon neither cross nor
/// run along each other, because people read the inside of a bow tie differently than programs do (they may touch in
/// points); holes are within the outer ring and not within each other. Whole polygons may overlap: what is in several
/// is in the fence once.
Result<void> checkFence(const Fence& fence);
/// The shape alone; whoever draws asks this while the shape grows.
Result<void> checkFenceShape(const FenceShape& shape);

/// Whether the place is in the fence; its border is inside. False where the place is none (NaN, out of range). Whoever
/// asks about many places keeps a FenceTester (fence_tester.h).
bool contains(const FenceShape& shape, double latitude, double longitude);
inline bool contains(const Fence& fence, double latitude, double longitude) {
  return contains(fence.shape, latitude, longitude);
}

/// A polygon whose longitudes may go on beyond ±180 (up to ±540), as one draws it on a map that repeats itself, in
/// parts that each are within -180 to 180. One that crosses no antimeridian comes back in one part with its longitudes
/// in range. Holes go with the parts they are in. Parts that only touch the antimeridian and have no area are left out.
FenceArea cutAtAntimeridian(const FencePolygon& polygon);

/// A box around a shape, for drawing and for passing over what is elsewhere. `west` is greater than `east` where it
/// lies across the antimeridian; a circle with a pole in it has all longitudes.
struct FenceBox {
  double south = 0;
  double west = 0;
  double north = 0;
  double east = 0;

  bool holds(double latitude, double longitude) const;
  bool operator==(const FenceBox&) const = default;
};

FenceBox boxOf(const FenceShape& shape);

}  // namespace carport::api
