#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace carport {

/// How often something took how long, in buckets that suit a disk's commits and a network's requests. A value: whoever
/// counts guards it, readers get a copy.
class DurationHistogram {
 public:
  /// Upper bounds of the buckets in seconds, inclusive; one more bucket holds what took longer.
  static constexpr std::array<double, 13> kBounds{0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10};

  void observe(std::chrono::duration<double> took) {
    const double seconds = std::max(0.0, took.count());
    const auto bucket = std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin();
    ++m_counts[static_cast<std::size_t>(bucket)];
    m_sumSeconds += seconds;
  }

  /// Of each bucket alone, the last one that of what took longer than any bound.
  const std::array<std::uint64_t, kBounds.size() + 1>& counts() const { return m_counts; }
  double sumSeconds() const { return m_sumSeconds; }
  std::uint64_t total() const {
    std::uint64_t total = 0;
    for (const auto count : m_counts) total += count;
    return total;
  }

 private:
  std::array<std::uint64_t, kBounds.size() + 1> m_counts{};
  double m_sumSeconds = 0;
};

}  // namespace carport
