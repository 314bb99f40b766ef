#pragma once

#include "gateway/api/fence.h"
#include "ui/models/projection.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

/// What the portal computes about the shapes of fences beyond what the gateway itself says of them (gateway/api/fence).
/// Rings that somebody draws have longitudes that go on beyond ±180, so that every edge takes its shorter way; those of
/// the gateway are cut there. Pure; any thread.
namespace carport::ui {

/// Corners of the polygon that stands for a circle in a drawing or a file.
inline constexpr int kCircleCorners = 96;

/// Square metres inside; edges are straight in degrees. What several polygons of the shape share counts several times.
double fenceAreaSquareMetres(const api::FenceShape& shape);
/// Metres along all borders, those of holes among them. Where a shape was cut at the antimeridian there is no border.
double fenceBorderMetres(const api::FenceShape& shape);

/// The place that is reached from `from` after so many metres along the great circle with this bearing (degrees,
/// clockwise from north). Its longitude is within 180 degrees of that of `from`, and may so lie beyond ±180.
api::FencePoint placeAt(api::FencePoint from, double bearingDegrees, double metres);
/// Metres along the great circle.
double metresBetween(api::FencePoint from, api::FencePoint to);

/// The polygon with so many corners on a circle, clockwise from the north, longitudes going on beyond ±180.
api::FenceRing circleRing(const api::FenceCircle& circle, int corners = kCircleCorners);
/// Whether every corner lies on the circle, as circleRing() would have put it, to within the grid of fences and a
/// hundredth of its radius.
bool isRingOf(std::span<const api::FencePoint> ring, const api::FenceCircle& circle);

/// The longitude by whole turns as near to `near` as it can be; where two are as near, as it is: 180 stays 180 beside 0.
double nearestTurn(double longitude, double near);
/// The ring with every longitude within 180 degrees of the one before it. It closes where it goes around no pole.
api::FenceRing unwrapped(std::span<const api::FencePoint> ring);
/// What cutAtAntimeridian() had cut, put together again where two parts share one edge there; longitudes go on beyond
/// ±180. Corners that the cut had made are gone.
api::FenceArea joinedAtAntimeridian(const api::FenceArea& area);
/// Outer rings anticlockwise, holes clockwise (RFC 7946 §3.1.6), each beginning with the corner it began with.
void turnRightHanded(api::FenceArea& area);
/// Whether an edge lies on the antimeridian, where shapes are cut: it is no border then.
bool isCutEdge(api::FencePoint from, api::FencePoint to);

/// The ring with fewer corners (Douglas and Peucker): none that is left out is farther than so many metres from the
/// line that is left. Three corners stay.
api::FenceRing simplified(std::span<const api::FencePoint> ring, double toleranceMetres);
/// The area with at most so many corners: by as little as is needed, holes that vanish left out. None where even
/// triangles are too many.
std::optional<api::FenceArea> simplifiedTo(const api::FenceArea& area, std::size_t corners);

/// A ring in world coordinates, x going on beyond 0 and 1; long edges in pieces, because what is straight in degrees is
/// bent on the map.
std::vector<WorldPoint> worldRing(std::span<const api::FencePoint> ring);
/// Every polygon of a shape as the map draws it: its outer ring, then its holes, all on the same turn of the globe.
std::vector<std::vector<std::vector<WorldPoint>>> worldPolygons(const api::FenceShape& shape);

/// A place well inside the rings of a polygon (even and odd), as seen on the map: where its name stands. `rings` in
/// world coordinates.
WorldPoint labelPlace(std::span<const std::vector<WorldPoint>> rings);

}  // namespace carport::ui
