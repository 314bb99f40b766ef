#pragma once

#include "ui/models/fence_file.h"

namespace carport::ui {

/// Reads GeoJSON (RFC 7946): a FeatureCollection, a Feature or a bare geometry. Polygons and MultiPolygons become
/// fences, and Points whose feature has a property “radius” (metres); GeometryCollections are looked into. Names come
/// from the properties name or title, notes from description or note, the colour from colour (0 to 7). Any thread.
Result<FenceFile> readGeoJson(const QByteArray& text);

/// A FeatureCollection that readGeoJson() reads back as it was, one feature a line.
QByteArray writeGeoJson(std::span<const api::Fence> fences);

/// A coordinate as files have it: to 10⁻⁷ degrees, the grid of fences, without zeros at its end.
QByteArray coordinateDigits(double degrees);

}  // namespace carport::ui
