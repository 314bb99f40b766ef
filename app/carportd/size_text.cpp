#include "app/carportd/size_text.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>

namespace carport {

namespace {
constexpr std::string_view kLetters = "KMGT";
}

std::optional<std::uint64_t> parseSizeText(std::string_view text) {
  std::uint64_t bytes = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  if (code != std::errc()) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit.empty()) return bytes;
  const auto letter = kLetters.find(unit.front());
  if (letter == std::string_view::npos || (unit.size() > 1 && unit.substr(1) != "B" && unit.substr(1) != "iB")) {
    return std::nullopt;
  }
  const auto shift = 10U * static_cast<unsigned>(letter + 1);
  if (bytes > (std::numeric_limits<std::uint64_t>::max() >> shift)) return std::nullopt;
  return bytes << shift;
}

std::string sizeText(std::uint64_t bytes) {
  constexpr std::array kUnits{"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return fmt::format("{} bytes", bytes);
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

}  // namespace carport
