#pragma once

#include "gateway/base/clock.h"
#include "ui/models/projection.h"

namespace carport::ui {

/// A place where a car has been. A plain value.
struct TrailPoint {
  WorldPoint world;
  float speedKmh = 0;  ///< NaN: unknown
  TimePoint time{};
};

}  // namespace carport::ui
