#pragma once

#include "ui/models/street_feature.h"

#include <span>
#include <vector>

namespace carport::ui {

/// `line` without the points that lie nearer than `tolerance` to what is left (Douglas and Peucker); both ends stay.
StreetRing simplifiedLine(std::span<const StreetPoint> line, double tolerance);
/// The same for a closed outline; empty where nothing with an area is left.
StreetRing simplifiedRing(const StreetRing& ring, double tolerance);

/// Twice the area inside a closed outline; positive where it turns clockwise as seen on the map.
double signedArea2(const StreetRing& ring);

/// A closed outline cut to a box (Sutherland and Hodgman); it turns as before. Empty where none of it is inside.
StreetRing clippedRing(const StreetRing& ring, const StreetBox& box);

/// A place inside an outline from which a name can be written to both sides: the middle of the widest stretch at the
/// height of its centre.
StreetPoint labelPlace(const StreetRing& outline);

/// Distance from a place to a line, squared, in grid units.
double distanceSquared(StreetPoint place, std::span<const StreetPoint> line);

}  // namespace carport::ui
