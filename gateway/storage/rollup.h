#pragma once

#include "gateway/base/clock.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace carport {

/// A sum of doubles whose rounding errors are kept beside it (Neumaier), so that it hardly depends on the order in
/// which values and part sums come. A value.
class PreciseSum {
 public:
  void add(double value) {
    const double sum = m_sum + value;
    m_error += std::abs(m_sum) >= std::abs(value) ? (m_sum - sum) + value : (value - sum) + m_sum;
    m_sum = sum;
  }
  double value() const { return std::isfinite(m_sum + m_error) ? m_sum + m_error : m_sum; }

 private:
  double m_sum = 0;
  double m_error = 0;
};

/// One metric over some time: what a chart needs to know of the values in it. Several of them add up.
struct Rollup {
  TimePoint first{};  ///< time of the first value
  TimePoint end{};    ///< of the last one: inclusive
  double min = 0;
  double max = 0;
  double sum = 0;
  double last = 0;
  std::uint64_t count = 0;

  /// Of at least one value.
  double mean() const { return sum / static_cast<double>(count); }
  bool operator==(const Rollup&) const = default;
};

/// Gathers values, or roll-ups, into one roll-up. Of values with the same time the one that was added later is the
/// last. A value; empty until something was added.
class RollupBuilder {
 public:
  void add(TimePoint time, double value) {
    if (m_rollup.count == 0) return add(Rollup{time, time, value, value, value, value, 1});
    m_rollup.first = std::min(m_rollup.first, time);
    // The second conditions are true where the first value was not a number.
    if (value < m_rollup.min || m_rollup.min != m_rollup.min) m_rollup.min = value;
    if (value > m_rollup.max || m_rollup.max != m_rollup.max) m_rollup.max = value;
    if (time >= m_rollup.end) {
      m_rollup.end = time;
      m_rollup.last = value;
    }
    ++m_rollup.count;
    m_sum.add(value);
  }
  void add(const Rollup& part) {
    if (m_rollup.count == 0) {
      m_rollup = part;
    } else {
      m_rollup.first = std::min(m_rollup.first, part.first);
      m_rollup.min = std::fmin(m_rollup.min, part.min);
      m_rollup.max = std::fmax(m_rollup.max, part.max);
      if (part.end >= m_rollup.end) {
        m_rollup.end = part.end;
        m_rollup.last = part.last;
      }
      m_rollup.count += part.count;
    }
    m_sum.add(part.sum);
  }
  bool empty() const { return m_rollup.count == 0; }
  Rollup get() const {
    Rollup rollup = m_rollup;
    rollup.sum = m_sum.value();
    return rollup;
  }

 private:
  Rollup m_rollup;
  PreciseSum m_sum;
};

/// Start of the whole `width` since the epoch that `time` lies in.
constexpr TimePoint floorTo(TimePoint time, Milliseconds width) {
  const std::int64_t rest = toMs(time) % width.count();
  const std::int64_t back = rest < 0 ? rest + width.count() : rest;
  return fromMs(toMs(time) < INT64_MIN + back ? INT64_MIN : toMs(time) - back);
}

inline constexpr Milliseconds kMinute{60'000};
inline constexpr Milliseconds kHour{3'600'000};

}  // namespace carport
