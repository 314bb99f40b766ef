#include "ui/models/plot_pyramid.h"

#include <algorithm>
#include <cmath>

namespace carport::ui {

namespace {

bool plotIsSample(const api::HistoryPoint& point) {
  return point.count == 1 && point.min == point.max && point.mean == point.last;
}

/// Sums up points without regard to their order.
class PlotSum {
 public:
  void add(const api::HistoryPoint& point) {
    m_min = m_count == 0 ? point.min : std::min(m_min, point.min);
    m_max = m_count == 0 ? point.max : std::max(m_max, point.max);
    m_sum += point.mean * double(point.count);
    m_count += point.count;
  }
  api::HistoryPoint result(TimePoint time, double last) const {
    return {time, m_min, m_max, m_count > 0 ? m_sum / double(m_count) : 0, last, std::uint32_t(m_count)};
  }

 private:
  double m_min = 0;
  double m_max = 0;
  double m_sum = 0;
  std::uint64_t m_count = 0;
};

}  // namespace

void mergeInto(api::HistoryPoint& bucket, const api::HistoryPoint& point) {
  const double samples = double(bucket.count) + double(point.count);
  bucket.mean = samples > 0 ? (bucket.mean * double(bucket.count) + point.mean * double(point.count)) / samples : 0;
  bucket.min = std::min(bucket.min, point.min);
  bucket.max = std::max(bucket.max, point.max);
  bucket.last = point.last;
  bucket.count += point.count;
}

void PlotPyramid::reserve(std::size_t samples) {
  m_samples.reserve(samples);
}

api::HistoryPoint PlotPyramid::point(std::size_t index) const {
  if (!m_isRaw) return m_buckets[index];
  const Sample& sample = m_samples[index];
  return {sample.time, sample.value, sample.value, sample.value, sample.value, 1};
}

void PlotPyramid::append(const api::HistoryPoint& point) {
  if (!std::isfinite(point.min) || !std::isfinite(point.max) || !std::isfinite(point.mean)) return;
  if (!isEmpty() && point.time <= timeOf(size() - 1)) return;
  if (m_isRaw && !plotIsSample(point)) keepBuckets();
  if (m_isRaw) {
    m_samples.push_back({point.time, point.last});
  } else {
    m_buckets.push_back(point);
  }
  addToLevels(size() - 1, point);
}

void PlotPyramid::mergeIntoLast(const api::HistoryPoint& point) {
  if (isEmpty()) return append(point);
  if (!std::isfinite(point.min) || !std::isfinite(point.max) || !std::isfinite(point.mean)) return;
  keepBuckets();
  mergeInto(m_buckets.back(), point);
  // Every point above that covers the last one is the last of its level.
  for (auto& level : m_levels) mergeInto(level.back(), point);
}

void PlotPyramid::keepBuckets() {
  if (!m_isRaw) return;
  m_buckets.reserve(m_samples.size() + 1);
  for (std::size_t i = 0; i < m_samples.size(); ++i) m_buckets.push_back(point(i));
  m_samples.clear();
  m_samples.shrink_to_fit();
  m_isRaw = false;
}

void PlotPyramid::addToLevels(std::size_t index, const api::HistoryPoint& point) {
  for (auto& level : m_levels) {
    index /= kFanOut;
    if (index == level.size()) {
      level.push_back(point);
    } else {
      mergeInto(level.back(), point);
    }
  }
  const std::size_t top = m_levels.empty() ? size() : m_levels.back().size();
  if (top != 2) return;
  api::HistoryPoint both = m_levels.empty() ? this->point(0) : m_levels.back().front();
  mergeInto(both, m_levels.empty() ? this->point(1) : m_levels.back().back());
  m_levels.push_back({both});
}

std::size_t PlotPyramid::firstAt(TimePoint time, std::size_t first, std::size_t end) const {
  const auto search = [&](const auto& points) {
    const auto begin = points.begin();
    const auto found = std::lower_bound(begin + std::ptrdiff_t(first), begin + std::ptrdiff_t(end), time,
                                        [](const auto& point, TimePoint wanted) { return point.time < wanted; });
    return std::size_t(found - begin);
  };
  return m_isRaw ? search(m_samples) : search(m_buckets);
}

api::HistoryPoint PlotPyramid::summary(std::size_t first, std::size_t end) const {
  if (first >= end) return {};
  const TimePoint time = timeOf(first);
  const double last = m_isRaw ? m_samples[end - 1].value : m_buckets[end - 1].last;
  PlotSum sum;
  // The ragged ends of each level, then its whole groups by the level above.
  for (std::size_t level = 0; first < end; ++level) {
    const auto add = [&](std::size_t index) { sum.add(level == 0 ? point(index) : above(level - 1, index)); };
    if (level == m_levels.size()) {
      while (first < end) add(first++);
      break;
    }
    while (first < end && first % kFanOut != 0) add(first++);
    while (first < end && end % kFanOut != 0) add(--end);
    first /= kFanOut;
    end /= kFanOut;
  }
  return sum.result(time, last);
}

api::HistoryPoint PlotPyramid::summary(const TimeRange& range) const {
  return summary(firstAt(range.from), firstAt(range.to));
}

std::vector<api::HistoryPoint> PlotPyramid::points(const TimeRange& range, std::size_t columns) const {
  std::vector<api::HistoryPoint> points;
  if (range.isEmpty() || columns == 0) return points;
  std::size_t first = firstAt(range.from);
  const std::size_t end = firstAt(range.to, first, size());
  if (end - first <= 2 * columns) {
    points.reserve(end - first);
    for (; first < end; ++first) points.push_back(point(first));
    return points;
  }
  points.reserve(columns + 1);
  const std::int64_t width =
      std::max<std::int64_t>(1, std::int64_t(std::ceil(double(range.length().count()) / double(columns))));
  const std::int64_t from = toMs(range.from);
  std::int64_t edge = from - ((from % width) + width) % width;
  while (first < end) {
    // Empty columns are stepped over at once.
    const std::int64_t time = toMs(timeOf(first));
    edge += (time - edge) / width * width + width;
    std::size_t reach = 1;
    while (first + reach < end && toMs(timeOf(first + reach)) < edge) reach *= 2;
    const std::size_t next = firstAt(fromMs(edge), first + reach / 2, std::min(end, first + reach));
    points.push_back(summary(first, next));
    first = next;
  }
  return points;
}

}  // namespace carport::ui
