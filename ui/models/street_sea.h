#pragma once

#include "ui/models/street_feature.h"

#include <vector>

namespace carport::ui {

/// Puts coastline ways together where one ends as another begins. Closed ones come without the first point repeated.
struct Coastlines {
  std::vector<StreetRing> open;
  std::vector<StreetRing> closed;
};
Coastlines joinedCoast(std::vector<StreetRing> ways);

/// The sea inside `area`, as outlines that turn clockwise, and its islands, which turn the other way: for a winding
/// fill. Land is on the left of a coastline, as OpenStreetMap has it. An extract ends somewhere, and its coasts with
/// it: an end inside of `area` is led straight to the nearest edge, and the sea follows the edge from there to where
/// the next coast begins. Without a coast there is no sea.
std::vector<StreetRing> seaWithin(const StreetBox& area, const Coastlines& coast);

/// `rings` cut at the tiles of web mercator's zoom `tileZoom`; `each` is called for every tile that has some of them.
/// Cut edges of neighbours meet exactly, so that a winding fill of both shows no seam.
template <class Each>
void forEachSeaTile(const std::vector<StreetRing>& rings, int tileZoom, Each each);

/// The part of `rings` inside `box`; empty where there is none.
std::vector<StreetRing> clippedRings(const std::vector<StreetRing>& rings, const StreetBox& box);

namespace detail {

template <class Each>
void splitSea(const std::vector<StreetRing>& rings, std::int32_t left, std::int32_t top, int zoom, int tileZoom,
              Each& each) {
  if (rings.empty()) return;
  if (zoom == tileZoom) return each(rings);
  const std::int32_t half = kStreetWorld >> (zoom + 1);
  for (int quarter = 0; quarter < 4; ++quarter) {
    const std::int32_t x = left + (quarter % 2) * half;
    const std::int32_t y = top + (quarter / 2) * half;
    splitSea(clippedRings(rings, {x, y, x + half, y + half}), x, y, zoom + 1, tileZoom, each);
  }
}

}  // namespace detail

template <class Each>
void forEachSeaTile(const std::vector<StreetRing>& rings, int tileZoom, Each each) {
  detail::splitSea(rings, 0, 0, 0, tileZoom, each);
}

}  // namespace carport::ui
