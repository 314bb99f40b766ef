#pragma once

#include "ui/models/declutter.h"
#include "ui/widgets/map/base_map_painter.h"
#include "ui/widgets/map/street_scene.h"

class QPainter;

namespace carport::ui {

/// Draws land, sea, green, buildings, streets by class with thin casings, and railways, over the world map. Any thread.
void paintStreets(QPainter& painter, const StreetScene& scene, const MapViewport& viewport, const Theme& theme);

/// Writes the names: places first, then stations and main roads, water and parks, and the other streets along their
/// lines. None overlaps another or what `declutter` holds already; the more important has the room. Any thread.
void paintStreetNames(QPainter& painter, const StreetScene& scene, const MapViewport& viewport, const BaseMapLook& look,
                      qreal devicePixelRatio, Declutter& declutter);

/// How wide a street is drawn at a zoom, in pixels; 0: not at all.
double streetWidthPx(StreetKind kind, std::uint8_t flags, double zoom);

}  // namespace carport::ui
