#pragma once

#include "gateway/base/clock.h"
#include "gateway/simulator/random.h"

#include <cstdint>

namespace carport::sim {

/// When something goes wrong, and for how long: at random, but the same for the same seed and beginning. Owner: the
/// car; one thread.
class FaultTimer {
 public:
  /// `perHour` 0: never. Each lasts from a half to one and a half of `seconds`.
  FaultTimer(double perHour, double seconds, std::uint64_t seed)
      : m_perHour(perHour), m_seconds(seconds), m_random(seed) {}

  /// Counts from here on.
  void start(TimePoint now) {
    m_end = now;
    plan();
  }
  /// True while it lasts. Call it with rising times, after start().
  bool isOn(TimePoint now) {
    if (m_perHour <= 0) return false;
    while (now >= m_end) plan();
    return now >= m_begin;
  }
  /// When the present or next one is over.
  TimePoint end() const { return m_end; }

 private:
  void plan();

  const double m_perHour;
  const double m_seconds;
  Random m_random;
  TimePoint m_begin{};
  TimePoint m_end{};
};

}  // namespace carport::sim
