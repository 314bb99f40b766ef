#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace carport::sim {

/// Random numbers that are the same on every platform for the same seed (xoshiro256**, Blackman and Vigna 2018), which
/// the distributions of the standard library do not promise. A value; not for secrets.
class Random {
 public:
  explicit Random(std::uint64_t seed);

  std::uint64_t next();
  /// From 0 to below 1.
  double unit();
  double between(double low, double high) { return low + (high - low) * unit(); }
  /// From 0 to below `count`, which must not be 0.
  std::size_t index(std::size_t count) { return static_cast<std::size_t>(unit() * static_cast<double>(count)); }
  bool chance(double probability) { return unit() < probability; }
  /// Mean 0, standard deviation 1 (sum of twelve, cut at ±6).
  double normal();

 private:
  std::array<std::uint64_t, 4> m_state;
};

}  // namespace carport::sim
