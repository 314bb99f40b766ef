#pragma once

#include "gateway/api/car_state.h"
#include "ui/models/dead_reckoning.h"
#include "ui/models/projection.h"
#include "ui/models/trail_point.h"

#include <QString>

#include <limits>
#include <memory>
#include <vector>

namespace carport::ui {

/// A car as the map draws it. A plain value.
struct MapCar {
  api::CarPosition position;                              ///< with a fix
  WorldPoint world;                                       ///< the fix, projected
  Glide glide;                                            ///< where it is drawn between fixes
  QString label;                                          ///< name, or id where there is none
  float value = std::numeric_limits<float>::quiet_NaN();  ///< what cars are coloured by; NaN: unknown

  /// Where to draw it at `nowMs` (CarStore::steadyMs()).
  WorldPoint drawnAt(qint64 nowMs) const { return glide.at(nowMs); }
};

/// All cars with a fix, as they were at one moment. Immutable, so that a worker may draw them while newer ones arrive.
using MapCars = std::shared_ptr<const std::vector<MapCar>>;

}  // namespace carport::ui
