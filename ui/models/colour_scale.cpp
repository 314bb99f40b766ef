#include "ui/models/colour_scale.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace carport::ui {
namespace {

constexpr double kWantedSteps = 4;
constexpr double kLeftOut = 0.02;  // of the values, at each end
constexpr double kHair = 1e-9;     // of a step: what rounding may have moved an end by

/// 1, 2 or 5 times a power of ten, so that about kWantedSteps of them make `length`.
double roundStep(double length) {
  const double rough = length / kWantedSteps;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double digits = rough / power;
  return (digits < 1.5 ? 1 : digits < 3.5 ? 2 : digits < 7.5 ? 5 : 10) * power;
}

}  // namespace

double ColourScale::part(double value) const {
  if (std::isnan(value)) return std::numeric_limits<double>::quiet_NaN();
  if (!(high > low)) return value < low ? 0 : 1;
  return std::clamp((value - low) / (high - low), 0.0, 1.0);
}

ColourScale roundScale(double least, double most) {
  if (!std::isfinite(least) || !std::isfinite(most)) return {};
  if (least > most) std::swap(least, most);
  if (!(most > least)) {
    // One value alone: itself in the middle.
    const double around = std::max(1.0, std::abs(least) / 10);
    least -= around;
    most += around;
  }
  const double step = roundStep(most - least);
  return {std::floor(least / step + kHair) * step, std::ceil(most / step - kHair) * step};
}

ColourScale automaticScale(std::span<float> values) {
  const auto end = std::partition(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
  const auto count = end - values.begin();
  if (count == 0) return {};
  const auto out = std::ptrdiff_t(double(count) * kLeftOut);
  std::nth_element(values.begin(), values.begin() + out, end);
  const double least = double(values[std::size_t(out)]);
  std::nth_element(values.begin(), values.begin() + (count - 1 - out), end);
  return roundScale(least, double(values[std::size_t(count - 1 - out)]));
}

std::vector<double> ticksOf(const ColourScale& scale) {
  if (!(scale.high > scale.low)) return {scale.low};
  const double step = roundStep(scale.high - scale.low);
  std::vector<double> ticks;
  for (double n = std::ceil(scale.low / step - kHair); n * step <= scale.high + kHair * step; ++n) {
    ticks.push_back(n == 0 ? 0 : n * step);
  }
  return ticks;
}

}  // namespace carport::ui
