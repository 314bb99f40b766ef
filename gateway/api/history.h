#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/strong_id.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace carport::api {

inline constexpr std::size_t kMaxHistoryPoints = 20'000;
inline constexpr std::size_t kMaxHistoryMetrics = 16;
inline constexpr std::size_t kMaxFleetBuckets = 2000;

/// "At most `maxPoints` points of these metrics of this car in [from, to)".
struct HistoryQuery {
  PrincipalNumber car;
  std::vector<std::string> metrics;
  TimePoint from{};
  TimePoint to{};
  std::size_t maxPoints = 2000;
};

/// One bucket of a series. Where the range holds no more than maxPoints samples each is its own bucket (count = 1).
/// Wide buckets are whole minutes, or from an hour on whole hours, and begin at whole ones.
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

/// "This metric of these cars in [from, to), in at most `maxBuckets` buckets". Buckets are whole minutes wide, or whole
/// hours where the range is longer than two days or a bucket than an hour, and begin at whole ones; values outside the
/// range do not count.
struct FleetHistoryQuery {
  std::string metric;
  std::optional<std::vector<PrincipalNumber>> cars;  ///< ascending; none: all that ever sent something
  TimePoint from{};
  TimePoint to{};
  std::size_t maxBuckets = 500;
};

struct FleetBucket {
  TimePoint time{};  ///< its start
  double min = 0;
  double max = 0;
  double mean = 0;  ///< of all samples of all cars
  std::uint64_t count = 0;

  bool operator==(const FleetBucket&) const = default;
};

struct FleetHistory {
  std::string metric;
  Milliseconds bucketWidth{};
  std::vector<FleetBucket> buckets;  ///< in ascending time; those without samples are left out

  bool operator==(const FleetHistory&) const = default;
};

}  // namespace carport::api
