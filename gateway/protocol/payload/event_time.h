#pragma once

#include "gateway/base/clock.h"

#include <optional>

namespace carport::payload {

/// A `ts` as cars send it: seconds, milliseconds, microseconds or nanoseconds since the epoch, told by magnitude
/// (each unit is taken to mean a year from 1973 to about 5138). None where it fits no unit.
std::optional<TimePoint> timeFromNumber(double ts);

}  // namespace carport::payload
