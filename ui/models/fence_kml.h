#pragma once

#include "ui/models/fence_file.h"

namespace carport::ui {

/// Reads KML 2.2: Placemarks in Documents and Folders, with Polygons (and their inner boundaries) and MultiGeometries,
/// and Points with a “radius” (metres) in their ExtendedData. A Placemark without a name has that of its folder. Files
/// with a document type definition are refused, so that nothing in them can be expanded. Any thread.
Result<FenceFile> readKml(const QByteArray& text);

/// A Document that readKml() reads back as it was. KML knows no circles: they are drawn as polygons, and ExtendedData
/// says what they are.
QByteArray writeKml(std::span<const api::Fence> fences);

}  // namespace carport::ui
