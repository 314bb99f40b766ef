#include "gateway/storage/history_series.h"

#include <algorithm>

namespace carport {

HistorySeriesBuilder::HistorySeriesBuilder(std::string metric, const HistoryGrid& grid, std::size_t maxPoints)
    : m_metric(std::move(metric)), m_grid(grid), m_maxPoints(std::max<std::size_t>(maxPoints, 1)) {}

void HistorySeriesBuilder::spill() {
  if (!exact()) return;
  m_buckets.resize(m_grid.size());
  for (const Value& earlier : m_values) m_buckets[m_grid.indexOf(earlier.time)].add(earlier.time, earlier.value);
  m_values = {};
}

void HistorySeriesBuilder::add(std::span<const TimePoint> times, const MetricColumn& column) {
  std::size_t row = 0;
  for (; exact() && row < times.size(); ++row) {
    if (!column.has(row)) continue;
    if (m_values.size() == m_maxPoints) {
      spill();
      break;
    }
    m_values.push_back({times[row], column.values[row]});
    ++m_count;
  }
  if (!exact()) addToBuckets(times, column, row);
}

void HistorySeriesBuilder::addToBuckets(std::span<const TimePoint> times, const MetricColumn& column,
                                        std::size_t first) {
  while (first < times.size()) {
    // The times ascend: all up to the next bucket's start go into this one.
    const std::size_t index = m_grid.indexOf(times[first]);
    RollupBuilder& bucket = m_buckets[index];
    const bool last = index + 1 == m_buckets.size();
    const TimePoint end = last ? fromMs(INT64_MAX) : m_grid.startOf(index + 1);
    do {
      if (column.has(first)) {
        bucket.add(times[first], column.values[first]);
        ++m_count;
      }
      ++first;
    } while (first < times.size() && (last || times[first] < end));
  }
}

void HistorySeriesBuilder::add(const Rollup& rollup) {
  spill();
  m_buckets[m_grid.indexOf(rollup.first)].add(rollup);
  m_count += rollup.count;
}

api::HistorySeries HistorySeriesBuilder::finish() {
  api::HistorySeries series{m_metric, {}};
  const auto isEarlier = [](const Value& a, const Value& b) { return a.time < b.time; };
  if (!std::is_sorted(m_values.begin(), m_values.end(), isEarlier))
    std::stable_sort(m_values.begin(), m_values.end(), isEarlier);
  series.points.reserve(m_values.size());
  for (const auto& [time, value] : m_values) series.points.push_back({time, value, value, value, value, 1});
  for (const RollupBuilder& bucket : m_buckets) {
    if (bucket.empty()) continue;
    const Rollup one = bucket.get();
    series.points.push_back({one.first, one.min, one.max, one.mean(), one.last, static_cast<std::uint32_t>(one.count)});
  }
  return series;
}

}  // namespace carport
