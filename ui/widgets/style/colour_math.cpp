#include "ui/widgets/style/colour_math.h"

#include <algorithm>
#include <cmath>

namespace carport::ui {
namespace {

double linear(double channel) {
  return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

}  // namespace

double relativeLuminance(const QColor& colour) {
  return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

double contrastRatio(const QColor& a, const QColor& b) {
  const auto [low, high] = std::minmax({relativeLuminance(a), relativeLuminance(b)});
  return (high + 0.05) / (low + 0.05);
}

QColor mixed(const QColor& under, const QColor& over, double share) {
  const auto channel = [share](int from, int to) { return static_cast<int>(std::lround(from + (to - from) * share)); };
  return {channel(under.red(), over.red()), channel(under.green(), over.green()), channel(under.blue(), over.blue())};
}

}  // namespace carport::ui
