#pragma once

#include "ui/models/base_map.h"
#include "ui/models/projection.h"
#include "ui/widgets/style/theme.h"

#include <QFont>
#include <QImage>
#include <QList>
#include <QRectF>

#include <span>

namespace carport::ui {

struct StreetScene;

/// What a base map is drawn with; fonts are made on the GUI thread (textFont).
struct BaseMapLook {
  Theme theme;
  QFont smallFont;
  QFont largeFont;
  bool labels = true;
};

/// A drawn base map.
struct BaseMapPicture {
  QImage image;
  QList<QRectF> names;  ///< where something is written, with the air around it; device-independent pixels
};

/// Draws land, water, coasts, borders, the scale grid of near zooms and names into a picture of `viewport`; over it,
/// where there are any, the streets and their names. No name stands on what is `taken`, which others write on and which
/// is among the names then. Pure; any thread. 20 to 80 ms for a large window.
BaseMapPicture paintBaseMap(const BaseMap& map, const MapViewport& viewport, const BaseMapLook& look,
                            qreal devicePixelRatio, const StreetScene* streets = nullptr,
                            std::span<const QRectF> taken = {});

}  // namespace carport::ui
