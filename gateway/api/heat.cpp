#include "gateway/api/heat.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <numbers>

namespace carport::api {

namespace {

/// Web Mercator's northern edge.
constexpr double kHeatLatitude = 85.05112877980659;

double cellsEast(double longitude, double cells) {
  return (longitude + 180.0) / 360.0 * cells;
}

double cellsSouth(double latitude, double cells) {
  const double angle = std::clamp(latitude, -kHeatLatitude, kHeatLatitude) * std::numbers::pi / 180.0;
  return (0.5 - std::asinh(std::tan(angle)) / (2 * std::numbers::pi)) * cells;
}

std::uint32_t cellAt(double place, std::uint32_t cells) {
  return static_cast<std::uint32_t>(std::clamp(std::floor(place), 0.0, static_cast<double>(cells - 1)));
}

nlohmann::json headOf(const FleetHeat& value) {
  return {{"from", toMs(value.from)},    {"to", toMs(value.to)},
          {"level", value.grid.level},   {"column", value.grid.column},
          {"row", value.grid.row},       {"columns", value.grid.columns},
          {"rows", value.grid.rows},     {"resolutionMs", value.resolution.count()},
          {"totalSeconds", value.total}, {"cars", value.cars}};
}

}  // namespace

std::optional<GeoBox> parseGeoBox(std::string_view text) {
  std::array<double, 4> numbers{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0 && (at == end || *at++ != ',')) return std::nullopt;
    const auto [rest, ec] = std::from_chars(at, end, numbers[i]);
    if (ec != std::errc() || !std::isfinite(numbers[i])) return std::nullopt;
    at = rest;
  }
  const auto [west, south, east, north] = numbers;
  const bool isOnGround =
      std::abs(west) <= 180 && std::abs(east) <= 180 && south >= -90 && south <= north && north <= 90;
  if (at != end || !isOnGround) return std::nullopt;
  return GeoBox{west, south, east, north};
}

std::optional<HeatGrid> HeatGrid::of(const GeoBox& box, int level) {
  if (level < 0 || level > kMaxHeatLevel) return std::nullopt;
  const std::uint32_t cells = std::uint32_t{1} << level;
  HeatGrid grid;
  grid.level = level;
  grid.column = cellAt(cellsEast(box.west, cells), cells);
  grid.row = cellAt(cellsSouth(box.north, cells), cells);
  const std::uint32_t last = cellAt(cellsEast(box.east, cells), cells);
  const bool isWrapped = box.west > box.east;
  grid.columns = (isWrapped ? last + cells - grid.column : last - grid.column) + 1;
  grid.columns = std::min(grid.columns, cells);
  grid.rows = cellAt(cellsSouth(box.south, cells), cells) - grid.row + 1;
  if (grid.columns > kMaxHeatSide || grid.rows > kMaxHeatSide) return std::nullopt;
  return grid;
}

GeoBox HeatGrid::middles() const {
  const double cells = std::ldexp(1.0, level);
  const auto longitude = [&](double place) { return std::fmod(place, cells) / cells * 360.0 - 180.0; };
  const auto latitude = [&](double place) {
    return std::atan(std::sinh(std::numbers::pi * (1 - 2 * place / cells))) * 180.0 / std::numbers::pi;
  };
  return {longitude(column + 0.5), latitude(row + static_cast<double>(rows) - 0.5),
          longitude(column + static_cast<double>(columns) - 0.5), latitude(row + 0.5)};
}

nlohmann::json toJson(const FleetHeat& value) {
  nlohmann::json json = headOf(value);
  nlohmann::json cells = nlohmann::json::array();
  for (std::size_t i = 0; i < value.seconds.size(); ++i) {
    if (value.seconds[i] <= 0) continue;
    cells.push_back({i % value.grid.columns, i / value.grid.columns, value.seconds[i]});
  }
  json["cells"] = std::move(cells);
  return json;
}

std::string toPackedCbor(const FleetHeat& value) {
  nlohmann::json json = headOf(value);
  std::vector<std::uint8_t> bytes;
  bytes.reserve(value.seconds.size() * sizeof(float));
  for (const float seconds : value.seconds) {
    const auto bits = std::bit_cast<std::uint32_t>(seconds);
    for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::uint8_t>(bits >> shift));
  }
  json["seconds"] = nlohmann::json::binary(std::move(bytes));
  std::string cbor;
  nlohmann::json::to_cbor(json, cbor);
  return cbor;
}

}  // namespace carport::api
