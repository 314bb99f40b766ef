#include "gateway/protocol/payload/event_time.h"

#include <cmath>

namespace carport::payload {

namespace {
// 1e8 s is 1973-03-03; 1e11 s is the year 5138. Each unit's range begins where the finer one's, scaled, does.
constexpr double kSmallest = 1e8;
constexpr double kRange = 1e3;
}  // namespace

std::optional<TimePoint> timeFromNumber(double ts) {
  if (!std::isfinite(ts) || ts < kSmallest) return std::nullopt;
  double toMsFactor = 1e3;
  for (double limit = kSmallest * kRange; limit < 1e21; limit *= kRange, toMsFactor /= kRange) {
    if (ts < limit) return fromMs(std::llround(ts * toMsFactor));
    if (toMsFactor < 1e-5) break;
  }
  return std::nullopt;
}

}  // namespace carport::payload
