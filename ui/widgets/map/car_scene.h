#pragma once

#include "ui/models/car_set.h"
#include "ui/models/clustering.h"
#include "ui/widgets/map/glyph_atlas.h"
#include "ui/widgets/map/map_car.h"

#include <QPointF>

#include <cstdint>
#include <optional>
#include <vector>

namespace carport::ui {

/// What of the cars is to be drawn in a viewport: signs and clusters, in pixels. A plain value; pure; any thread.
struct CarScene {
  struct Sign {
    QPointF pixel;
    std::uint32_t car;  ///< index in the cars it was made of
    bool chosen = false;
  };
  std::vector<Sign> signs;  ///< what matters most comes last, so that it lies on top
  std::vector<Cluster> clusters;
  GlyphAtlas::Size size = GlyphAtlas::Size::usual;
  bool named = false;   ///< whether there is room for names
  bool moving = false;  ///< whether any of its cars is between two places

  /// The car whose sign is nearest to `pixel`, within reach of a finger tip.
  std::optional<std::uint32_t> signAt(QPointF pixel) const;
  const Cluster* clusterAt(QPointF pixel) const;
};

/// Cars this far outside a picture still reach into it, device-independent pixels.
inline constexpr double kBesidePx = 24;
/// Below this zoom crowded cars are gathered into clusters; from it on every car is drawn.
inline constexpr double kClusterBelowZoom = 11.5;
/// From this zoom on cars have their names under them; earlier only where few are in sight.
inline constexpr double kNamesFromZoom = 13.0;

/// `hidden` is left out (the selected car, which is drawn on top of everything).
CarScene makeCarScene(const std::vector<MapCar>& cars, const MapViewport& viewport, qint64 nowMs,
                      PrincipalNumber hidden, const CarSet& chosen = {});

/// A scene, and the cars that it was made of. Immutable.
struct DrawnCars {
  CarScene scene;
  MapCars cars;
};

/// Whether a car that glides can be seen to move at this zoom.
bool glidingShows(const MapViewport& viewport);

}  // namespace carport::ui
