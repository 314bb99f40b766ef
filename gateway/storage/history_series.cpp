#include "gateway/storage/history_series.h"

#include <algorithm>
#include <cmath>

namespace carport {

HistorySeriesBuilder::HistorySeriesBuilder(std::string metric, TimePoint from, TimePoint to, std::size_t maxPoints)
    : m_metric(std::move(metric)), m_from(from), m_maxPoints(std::max<std::size_t>(maxPoints, 1)) {
  const auto span = static_cast<std::uint64_t>(toMs(to)) - static_cast<std::uint64_t>(toMs(from));
  m_widthMs = span / m_maxPoints + 1;
}

void HistorySeriesBuilder::add(TimePoint time, double value) {
  if (exact() && m_values.size() < m_maxPoints) {
    m_values.push_back({time, value});
    return;
  }
  if (exact()) {
    m_buckets.resize(m_maxPoints);
    for (const Value& earlier : m_values) putIntoBucket(earlier.time, earlier.value);
    m_values = {};
  }
  putIntoBucket(time, value);
}

void HistorySeriesBuilder::putIntoBucket(TimePoint time, double value) {
  const auto offset = static_cast<std::uint64_t>(toMs(time)) - static_cast<std::uint64_t>(toMs(m_from));
  Bucket& bucket = m_buckets[std::min<std::uint64_t>(time < m_from ? 0 : offset / m_widthMs, m_maxPoints - 1)];
  api::HistoryPoint& point = bucket.point;
  if (point.count == 0) {
    point = {time, value, value, 0, value, 0};
    bucket.lastTime = time;
  }
  point.time = std::min(point.time, time);
  point.min = std::fmin(point.min, value);
  point.max = std::fmax(point.max, value);
  point.mean += value;
  if (time >= bucket.lastTime) {
    bucket.lastTime = time;
    point.last = value;
  }
  ++point.count;
}

api::HistorySeries HistorySeriesBuilder::finish() {
  api::HistorySeries series{m_metric, {}};
  std::stable_sort(m_values.begin(), m_values.end(), [](const Value& a, const Value& b) { return a.time < b.time; });
  for (const auto& [time, value] : m_values) series.points.push_back({time, value, value, value, value, 1});
  for (const Bucket& bucket : m_buckets) {
    if (bucket.point.count == 0) continue;
    series.points.push_back(bucket.point);
    series.points.back().mean /= bucket.point.count;
  }
  return series;
}

}  // namespace carport
