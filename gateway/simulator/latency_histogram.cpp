#include "gateway/simulator/latency_histogram.h"

#include <algorithm>
#include <cmath>

namespace carport::sim {

std::size_t LatencyHistogram::bucketOf(std::uint64_t microseconds) {
  if (microseconds < kSubBuckets) return static_cast<std::size_t>(microseconds);
  const auto octave = static_cast<unsigned>(std::bit_width(microseconds)) - 1 - kSubBits;
  return static_cast<std::size_t>((octave + 1) * kSubBuckets + ((microseconds >> octave) - kSubBuckets));
}

std::uint64_t LatencyHistogram::highestOf(std::size_t bucket) {
  if (bucket < kSubBuckets) return bucket;
  const std::size_t octave = bucket / kSubBuckets - 1;
  const std::uint64_t first = std::uint64_t{kSubBuckets + bucket % kSubBuckets} << octave;
  return first + (std::uint64_t{1} << octave) - 1;
}

void LatencyHistogram::record(std::chrono::microseconds latency) {
  const auto value = std::min(static_cast<std::uint64_t>(std::max<std::int64_t>(0, latency.count())), kMaxMicroseconds);
  ++m_buckets[bucketOf(value)];
  ++m_count;
  m_max = std::max(m_max, value);
}

void LatencyHistogram::merge(const LatencyHistogram& other) {
  for (std::size_t i = 0; i < kBuckets; ++i) m_buckets[i] += other.m_buckets[i];
  m_count += other.m_count;
  m_max = std::max(m_max, other.m_max);
}

std::chrono::microseconds LatencyHistogram::quantile(double quantile) const {
  if (m_count == 0) return std::chrono::microseconds(0);
  const double part = std::clamp(quantile, 0.0, 1.0) * static_cast<double>(m_count);
  const auto wanted = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(part)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += m_buckets[i];
    if (seen >= wanted) return std::chrono::microseconds(std::min(highestOf(i), m_max));
  }
  return max();
}

}  // namespace carport::sim
