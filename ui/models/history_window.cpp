#include "ui/models/history_window.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace carport::ui {

namespace {

/// What is there is fine enough while it is at most this much coarser than wished for.
constexpr double kCoarserThanWished = 1.5;
/// Raw samples of one metric that may gather live before they are put together.
constexpr std::size_t kMaxLivePoints = 4 * 4096;

TimeRange widened(const TimeRange& range, double share) {
  const Milliseconds margin(std::llround(double(range.length().count()) * share));
  return {range.from - margin, range.to + margin};
}

void mergeInto(api::HistoryPoint& bucket, const api::HistoryPoint& point) {
  const double samples = double(bucket.count) + double(point.count);
  bucket.mean = samples > 0 ? (bucket.mean * double(bucket.count) + point.mean * double(point.count)) / samples : 0;
  bucket.min = std::min(bucket.min, point.min);
  bucket.max = std::max(bucket.max, point.max);
  bucket.last = point.last;
  bucket.count += point.count;
}

}  // namespace

std::vector<api::HistoryPoint> reduce(std::span<const api::HistoryPoint> points, std::size_t limit) {
  if (points.size() <= limit || limit == 0)
    return limit == 0 ? std::vector<api::HistoryPoint>() : std::vector(points.begin(), points.end());
  std::vector<api::HistoryPoint> reduced;
  reduced.reserve(limit);
  for (std::size_t bucket = 0; bucket < limit; ++bucket) {
    const std::size_t first = bucket * points.size() / limit;
    const std::size_t end = (bucket + 1) * points.size() / limit;
    reduced.push_back(points[first]);
    for (std::size_t i = first + 1; i < end; ++i) mergeInto(reduced.back(), points[i]);
  }
  return reduced;
}

void HistoryWindow::setMetrics(std::vector<std::string> metrics) {
  if (metrics.size() > api::kMaxHistoryMetrics) metrics.resize(api::kMaxHistoryMetrics);
  m_metrics = std::move(metrics);
  m_series.clear();
  m_live.clear();
  m_loaded.reset();
  m_pending.reset();
  m_haveData = false;
  m_exact = false;
}

void HistoryWindow::setView(TimeRange visible, std::size_t pixelWidth) {
  m_visible = visible;
  m_width = std::max(pixelWidth, kMinWidth);
}

void HistoryWindow::invalidate() {
  m_loaded.reset();
  m_pending.reset();
}

double HistoryWindow::wantedMsPerPoint() const {
  return double(m_visible.length().count()) / double(m_width * kPointsPerPixel);
}

std::optional<HistoryWindow::Request> HistoryWindow::next() {
  if (m_metrics.empty() || m_visible.isEmpty() || m_width == 0) return std::nullopt;
  const auto serves = [this](const Loaded& loaded) {
    return loaded.range.contains(m_visible) && loaded.msPerPoint <= wantedMsPerPoint() * kCoarserThanWished;
  };
  if (m_loaded && serves(*m_loaded)) return std::nullopt;
  if (m_pending && serves(m_pending->covers)) return std::nullopt;

  Request request;
  request.generation = ++m_generation;
  const TimeRange range = widened(m_visible, kMargin);
  const double points = double(m_width * kPointsPerPixel) * (1 + 2 * kMargin);
  request.query.metrics = m_metrics;
  request.query.from = range.from;
  request.query.to = range.to;
  request.query.maxPoints = std::min(api::kMaxHistoryPoints, std::size_t(std::ceil(points)));
  m_pending = Pending{m_generation, {range, double(range.length().count()) / double(request.query.maxPoints)}};
  m_live.clear();
  return request;
}

void HistoryWindow::failed(std::uint64_t generation) {
  if (m_pending && m_pending->generation == generation) m_pending.reset();
}

bool HistoryWindow::accept(std::uint64_t generation, api::History history) {
  if (!m_pending || m_pending->generation != generation) return false;
  m_loaded = m_pending->covers;
  if (history.exact) m_loaded->msPerPoint = 0;  // nothing finer exists
  m_pending.reset();
  m_haveData = true;
  m_exact = history.exact;
  m_series.clear();
  for (api::HistorySeries& series : history.series) {
    if (std::find(m_metrics.begin(), m_metrics.end(), series.metric) == m_metrics.end()) continue;
    m_series.push_back({std::move(series.metric), std::move(series.points)});
  }
  // What arrived while the answer was on its way follows on it.
  for (const Series& live : std::exchange(m_live, {})) {
    for (const api::HistoryPoint& point : live.points) appendLive(live.metric, point.time, point.last);
  }
  return true;
}

HistoryWindow::Series* HistoryWindow::find(const std::string& metric) {
  return const_cast<Series*>(std::as_const(*this).find(metric));
}

const HistoryWindow::Series* HistoryWindow::find(const std::string& metric) const {
  const auto it = std::find_if(m_series.begin(), m_series.end(), [&](const Series& s) { return s.metric == metric; });
  return it == m_series.end() ? nullptr : &*it;
}

void HistoryWindow::appendLive(const std::string& metric, TimePoint time, double value) {
  if (std::find(m_metrics.begin(), m_metrics.end(), metric) == m_metrics.end()) return;
  const api::HistoryPoint point{time, value, value, value, value, 1};
  if (m_pending) {
    auto it = std::find_if(m_live.begin(), m_live.end(), [&](const Series& s) { return s.metric == metric; });
    if (it == m_live.end()) it = m_live.insert(m_live.end(), Series{metric, {}});
    if (it->points.size() < kMaxLivePoints) it->points.push_back(point);
  }
  if (!m_haveData) return;
  Series* series = find(metric);
  if (series == nullptr) series = &m_series.emplace_back(Series{metric, {}});
  mergeLive(*series, point);
  if (m_loaded && m_loaded->range.to <= time) m_loaded->range.to = time + Milliseconds(1);
}

void HistoryWindow::mergeLive(Series& series, const api::HistoryPoint& point) {
  if (!series.points.empty()) {
    api::HistoryPoint& last = series.points.back();
    // A bucket begins at its first sample: a sample that does not lie behind it, or repeats it, is known already.
    if (point.time <= last.time) return;
    if (double((point.time - last.time).count()) < wantedMsPerPoint()) return mergeInto(last, point);
  }
  series.points.push_back(point);
  if (series.points.size() > kMaxLivePoints) series.points = reduce(series.points, kMaxLivePoints / 2);
}

std::vector<api::HistoryPoint> HistoryWindow::visiblePoints(const std::string& metric) const {
  const Series* series = find(metric);
  if (series == nullptr) return {};
  const auto& points = series->points;
  const auto byTime = [](const api::HistoryPoint& point, TimePoint time) { return point.time < time; };
  auto first = std::lower_bound(points.begin(), points.end(), m_visible.from, byTime);
  auto end = std::lower_bound(first, points.end(), m_visible.to, byTime);
  // One on each side, so that lines run to the edge.
  if (first != points.begin()) --first;
  if (end != points.end()) ++end;
  return reduce(std::span(first, end), m_width * kPointsPerPixel + 2);
}

std::optional<TimePoint> HistoryWindow::newest() const {
  std::optional<TimePoint> newest;
  for (const Series& series : m_series) {
    if (!series.points.empty() && (!newest || series.points.back().time > *newest)) newest = series.points.back().time;
  }
  return newest;
}

}  // namespace carport::ui
