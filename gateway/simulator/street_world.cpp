#include "gateway/simulator/street_world.h"

#include <cmath>

namespace carport::sim {

namespace {
constexpr double kSecondsPerDegree = 240;
constexpr double kDaySeconds = 86'400;
}  // namespace

double solarShiftSeconds(double longitude) {
  return longitude * kSecondsPerDegree;
}

double shiftSecondsFor(double secondOfDay, TimePoint now) {
  return secondOfDay - std::fmod(static_cast<double>(toMs(now)) / 1000, kDaySeconds);
}

}  // namespace carport::sim
