#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace carport::sim {

/// Latencies in buckets whose width grows with the value (log-linear, as in HdrHistogram): 12 KB whatever is recorded,
/// and a quantile is at most 1/32 too high. A value; one thread.
class LatencyHistogram {
 public:
  /// What takes longer counts as this long: about 19 hours.
  static constexpr std::uint64_t kMaxMicroseconds = (std::uint64_t{1} << 36) - 1;

  void record(std::chrono::microseconds latency);
  void merge(const LatencyHistogram& other);

  std::uint64_t count() const { return m_count; }
  std::chrono::microseconds max() const { return std::chrono::microseconds(m_max); }
  /// The latency that the part `quantile` (0 to 1) of all did not exceed; 0 where there are none.
  std::chrono::microseconds quantile(double quantile) const;

 private:
  static constexpr unsigned kSubBits = 5;
  static constexpr std::size_t kSubBuckets = std::size_t{1} << kSubBits;
  static constexpr std::size_t kBuckets = (36 - kSubBits + 1) * kSubBuckets;

  static std::size_t bucketOf(std::uint64_t microseconds);
  static std::uint64_t highestOf(std::size_t bucket);

  std::array<std::uint64_t, kBuckets> m_buckets{};
  std::uint64_t m_count = 0;
  std::uint64_t m_max = 0;
};

}  // namespace carport::sim
