#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/strong_id.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace carport::api {

inline constexpr std::size_t kMaxHistoryPoints = 20'000;
inline constexpr std::size_t kMaxHistoryMetrics = 16;

/// "At most `maxPoints` points of these metrics of this car in [from, to)".
struct HistoryQuery {
  PrincipalNumber car;
  std::vector<std::string> metrics;
  TimePoint from{};
  TimePoint to{};
  std::size_t maxPoints = 2000;
};

/// One bucket of a series. Where the range holds no more than maxPoints samples each is its own bucket (count = 1).
struct HistoryPoint {
  TimePoint time{};  ///< of the first sample in the bucket
  double min = 0;
  double max = 0;
  double mean = 0;
  double last = 0;
  std::uint32_t count = 0;

  bool operator==(const HistoryPoint&) const = default;
};

struct HistorySeries {
  std::string metric;
  std::vector<HistoryPoint> points;  ///< in ascending time

  bool operator==(const HistorySeries&) const = default;
};

struct History {
  std::vector<HistorySeries> series;  ///< in the order of the query
  bool exact = false;                 ///< every sample is there, none was put together with another
};

}  // namespace carport::api
