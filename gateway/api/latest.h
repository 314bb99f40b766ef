#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/strong_id.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace carport::api {

/// Most metrics of one answer.
inline constexpr std::size_t kMaxLatestMetrics = 64;
/// Most values of one answer, cars times metrics: packed and as JSON.
inline constexpr std::size_t kMaxPackedLatest = 4'000'000;
inline constexpr std::size_t kMaxLatestValues = 200'000;

/// The newest values of many cars, a column for each metric.
struct FleetLatest {
  struct Column {
    std::string metric;
    std::vector<double> values;         ///< in the order of the cars; NaN: the car does not have it
    std::vector<std::int64_t> timesMs;  ///< when each is from, since the epoch; 0 where there is none
  };
  TimePoint at{};                     ///< when the gateway put it together
  std::vector<PrincipalNumber> cars;  ///< those that were heard of
  std::vector<Column> columns;
  std::size_t leftOut = 0;  ///< metrics that the cars have beside these, where none was named
  /// Whether the columns are everything that the cars have.
  bool isWhole = false;
};

/// `{"at","cars":[…],"columns":[{"metric","values":[…],"times":[…]}…],"whole","leftOut"?}`; null where a car does not
/// have a metric.
nlohmann::json toJson(const FleetLatest& value);
/// The same as CBOR (RFC 8949) with byte strings in the place of the lists, packed little-endian: `cars` u32, `values`
/// f64 (NaN: none), `times` i64.
std::string toPackedCbor(const FleetLatest& value);

}  // namespace carport::api
