#pragma once

#include <cstdint>
#include <string>

namespace carport::sim {

/// Appends `value` in decimal digits.
void appendInteger(std::string& out, std::int64_t value);

/// Appends `value`, rounded to `decimals` (0 to 9) digits behind the point, as JSON has it: never "-0.0". Several times
/// faster than a general formatter, of which a load generator would spend most of its time.
void appendFixed(std::string& out, double value, int decimals);

}  // namespace carport::sim
