#pragma once

#include "gateway/api/car_state.h"
#include "gateway/api/principal.h"

#include <optional>

namespace carport::api {

/// A car as `/cars` lists it: who it is, and what it is doing where that is known.
struct Car {
  Principal principal;
  std::optional<CarPosition> position;  ///< in lists
  std::optional<CarState> state;        ///< where one car is asked for
};

}  // namespace carport::api
