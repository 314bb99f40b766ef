#pragma once

#include "gateway/api/history.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace carport {

/// Gathers one metric's values: each by itself as long as there are few, then in buckets of equal width. Its memory is
/// bounded by the number of points asked for. One thread.
class HistorySeriesBuilder {
 public:
  /// Values come with times in [from, to]; at most `maxPoints` points.
  HistorySeriesBuilder(std::string metric, TimePoint from, TimePoint to, std::size_t maxPoints);

  /// In order of arrival; the times may come in any order.
  void add(TimePoint time, double value);
  bool exact() const { return m_buckets.empty(); }
  api::HistorySeries finish();

 private:
  struct Value {
    TimePoint time;
    double value;
  };
  struct Bucket {
    api::HistoryPoint point;  ///< mean is the sum until finish()
    TimePoint lastTime{};
  };

  void putIntoBucket(TimePoint time, double value);

  std::string m_metric;
  TimePoint m_from;
  std::uint64_t m_widthMs;
  std::size_t m_maxPoints;
  std::vector<Value> m_values;
  std::vector<Bucket> m_buckets;
};

}  // namespace carport
