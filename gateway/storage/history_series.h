#pragma once

#include "gateway/api/history.h"
#include "gateway/storage/block_codec.h"
#include "gateway/storage/history_grid.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace carport {

/// Gathers one metric's values: each by itself as long as there are few, then in the buckets of a grid. Its memory is
/// bounded by the number of points asked for. One thread.
class HistorySeriesBuilder {
 public:
  /// At most `maxPoints` points; the grid has no more buckets than that.
  HistorySeriesBuilder(std::string metric, const HistoryGrid& grid, std::size_t maxPoints);

  const std::string& metric() const { return m_metric; }
  /// Values in ascending time. What is added comes in order of arrival; its times may go back and forth.
  void add(std::span<const TimePoint> times, const MetricColumn& column);
  void add(const Rollup& rollup);
  /// Whether every value is a point of its own.
  bool exact() const { return m_buckets.empty(); }
  /// Values so far.
  std::uint64_t count() const { return m_count; }
  api::HistorySeries finish();

 private:
  struct Value {
    TimePoint time;
    double value;
  };

  void spill();
  void addToBuckets(std::span<const TimePoint> times, const MetricColumn& column, std::size_t first);

  std::string m_metric;
  HistoryGrid m_grid;
  std::size_t m_maxPoints;
  std::uint64_t m_count = 0;
  std::vector<Value> m_values;
  std::vector<RollupBuilder> m_buckets;
};

}  // namespace carport
