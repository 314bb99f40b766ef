#pragma once

#include <span>
#include <vector>

namespace carport::ui {

/// From which value to which a ramp of colours goes. A plain value; pure.
struct ColourScale {
  double low = 0;
  double high = 1;

  /// Where `value` lies, 0 (low) to 1 (high); what is beyond lies at the end. NaN where it is none.
  double part(double value) const;

  bool operator==(const ColourScale&) const = default;
};

/// The scale whose ends are round (steps of 1, 2 or 5 times a power of ten) and that has both values inside.
ColourScale roundScale(double least, double most);

/// A round scale for these values, without the two per cent at each end, so that one car that sends nonsense does not
/// take the colours from all others. NaNs do not count; without any value 0 to 1. Orders `values` anew.
ColourScale automaticScale(std::span<float> values);

/// Round figures along the scale to write beside it, its ends among them where they are round; about five.
std::vector<double> ticksOf(const ColourScale& scale);

}  // namespace carport::ui
