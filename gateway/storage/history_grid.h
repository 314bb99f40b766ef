#pragma once

#include "gateway/storage/rollup.h"

#include <cstddef>
#include <cstdint>

namespace carport {

/// Buckets of equal width over some time. Wide ones are whole minutes, or whole hours, and begin at whole ones, so that
/// a roll-up lies in one bucket. A value.
class HistoryGrid {
 public:
  /// Covers [from, to], both inclusive, with at most `maxBuckets` buckets. From a minute on their width is a whole
  /// number of minutes, from an hour on one of hours; `least` is the least width.
  HistoryGrid(TimePoint from, TimePoint to, std::size_t maxBuckets, Milliseconds least = Milliseconds(1));

  TimePoint start() const { return m_start; }
  std::uint64_t widthMs() const { return m_widthMs; }
  std::size_t size() const { return m_size; }
  bool wholeMinutes() const { return m_unit >= kMinute; }
  bool wholeHours() const { return m_unit >= kHour; }

  /// The bucket of a time; the first or the last where it lies outside.
  std::size_t indexOf(TimePoint time) const {
    if (time < m_start) return 0;
    const auto index = (static_cast<std::uint64_t>(toMs(time)) - static_cast<std::uint64_t>(toMs(m_start))) / m_widthMs;
    return index < m_size ? static_cast<std::size_t>(index) : m_size - 1;
  }
  TimePoint startOf(std::size_t bucket) const {
    return fromMs(static_cast<std::int64_t>(static_cast<std::uint64_t>(toMs(m_start)) + bucket * m_widthMs));
  }

 private:
  TimePoint m_start;
  Milliseconds m_unit{1};
  std::uint64_t m_widthMs = 1;
  std::size_t m_size = 1;
};

}  // namespace carport
