#pragma once

#include "gateway/api/car_state.h"
#include "gateway/base/clock.h"
#include "gateway/base/strong_id.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport::api {

/// Longest stretch of one answer.
inline constexpr Milliseconds kMaxHeatRange = std::chrono::hours(31 * 24);
/// Most columns, and most rows, of one answer.
inline constexpr std::uint32_t kMaxHeatSide = 512;
/// Finest cells: the world is 2^24 of them wide, 2.4 m at the equator.
inline constexpr int kMaxHeatLevel = 24;
/// A place counts until the car's next one, but no longer than this: where a silent car is nobody knows.
inline constexpr Milliseconds kHeatHold = kSilentAfter;

/// An area in degrees; where `west` lies east of `east` it crosses the antimeridian (RFC 7946 §5.2).
struct GeoBox {
  double west = 0;
  double south = 0;
  double east = 0;
  double north = 0;
};
/// "west,south,east,north"; none where it is anything else, or no place on the ground.
std::optional<GeoBox> parseGeoBox(std::string_view text);

/// Square cells of the Web Mercator square (EPSG:3857), which is 2^level of them wide and high; counted eastward from
/// 180° west and southward from 85.05° north. A value.
struct HeatGrid {
  int level = 0;
  std::uint32_t column = 0;  ///< the westernmost
  std::uint32_t row = 0;     ///< the northernmost
  std::uint32_t columns = 1;
  std::uint32_t rows = 1;

  /// The cells that an area has a part in; none where those are more than kMaxHeatSide in a direction.
  static std::optional<HeatGrid> of(const GeoBox& box, int level);
  /// The area between the middles of the outermost cells: `of` makes this grid of it again.
  GeoBox middles() const;
  std::size_t size() const { return std::size_t{columns} * rows; }
  bool operator==(const HeatGrid&) const = default;
};

/// "How long were these cars in each of these cells in [from, to)?"
struct FleetHeatQuery {
  std::vector<PrincipalNumber> cars;  ///< ascending
  TimePoint from{};
  TimePoint to{};
  HeatGrid grid;
};

/// The answer. Between two places at most kHeatHold apart a car is taken to have driven straight.
struct FleetHeat {
  TimePoint from{};
  TimePoint to{};
  HeatGrid grid;
  /// The least time between the places of a car that were looked at; 0: all were.
  Milliseconds resolution{0};
  std::vector<float> seconds;  ///< row by row, of all cars together
  double total = 0;            ///< seconds in all cells
  std::uint32_t cars = 0;      ///< that were in any cell
};

/// `{"from","to","level","column","row","columns","rows","resolutionMs","totalSeconds","cars","cells":[[column,row,
/// seconds]…]}`; cells in which no car was are left out, the others are told by their place in the grid.
nlohmann::json toJson(const FleetHeat& value);
/// The same as CBOR (RFC 8949) with `seconds` in the place of `cells`: a byte string of every cell's 32-bit float,
/// little-endian, row by row.
std::string toPackedCbor(const FleetHeat& value);

}  // namespace carport::api
