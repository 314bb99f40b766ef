#include "gateway/simulator/number_text.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <iterator>

namespace carport::sim {

namespace {
/// Up to here a double holds every integer, so that scaling loses nothing that is printed.
constexpr double kMostScaled = 9e15;
constexpr std::array kPowers{1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
}  // namespace

void appendInteger(std::string& out, std::int64_t value) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

void appendFixed(std::string& out, double value, int decimals) {
  const double scaled = std::abs(value) * kPowers[static_cast<std::size_t>(decimals)];
  if (!(scaled < kMostScaled)) {
    fmt::format_to(std::back_inserter(out), "{:.{}f}", value, decimals);
    return;
  }
  auto whole = static_cast<std::uint64_t>(scaled + 0.5);
  if (value < 0 && whole > 0) out += '-';
  std::array<char, 24> digits;
  auto begin = digits.end();
  int left = decimals;
  while (whole > 0 || left >= 0) {
    if (left == 0 && decimals > 0) *--begin = '.';
    --left;
    *--begin = static_cast<char>('0' + whole % 10);
    whole /= 10;
  }
  out.append(begin, digits.end());
}

}  // namespace carport::sim
