#include "ui/models/history_window.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace carport::ui {

namespace {

/// What is there is fine enough while it is at most this much coarser than wished for.
constexpr double kCoarserThanWished = 1.5;
/// A live sample follows on a layer that ends at most this long before it, or this share of the layer's length.
constexpr Milliseconds kFollowsWithin{10'000};
constexpr int kFollowsWithinShare = 10;

TimeRange widened(const TimeRange& range, double share) {
  const Milliseconds margin(std::llround(double(range.length().count()) * share));
  return {range.from - margin, range.to + margin};
}

bool isKnown(const std::vector<std::string>& metrics, const std::string& metric) {
  return std::find(metrics.begin(), metrics.end(), metric) != metrics.end();
}

/// What of `gaps` lies in `range`, taken out of them.
std::vector<TimeRange> takeOut(std::vector<TimeRange>& gaps, const TimeRange& range) {
  std::vector<TimeRange> taken, left;
  for (const TimeRange& gap : gaps) {
    const TimeRange both{std::max(gap.from, range.from), std::min(gap.to, range.to)};
    if (both.isEmpty()) {
      left.push_back(gap);
      continue;
    }
    taken.push_back(both);
    if (gap.from < both.from) left.push_back({gap.from, both.from});
    if (both.to < gap.to) left.push_back({both.to, gap.to});
  }
  gaps = std::move(left);
  return taken;
}

}  // namespace

void HistoryWindow::setMetrics(std::vector<std::string> metrics) {
  if (metrics.size() > api::kMaxHistoryMetrics) metrics.resize(api::kMaxHistoryMetrics);
  m_metrics = std::move(metrics);
  for (Layer& layer : m_layers) {
    std::erase_if(layer.series, [this](const auto& entry) { return !isKnown(m_metrics, entry.first); });
  }
  m_live.clear();
  m_pending.reset();
}

void HistoryWindow::reset() {
  m_layers.clear();
  m_live.clear();
  m_pending.reset();
}

void HistoryWindow::setView(TimeRange visible, std::size_t pixelWidth) {
  m_visible = visible;
  m_width = std::max(pixelWidth, kMinWidth);
}

void HistoryWindow::invalidate() {
  for (Layer& layer : m_layers) layer.isCurrent = false;
  m_pending.reset();
}

double HistoryWindow::wantedMsPerPoint() const {
  return double(m_visible.length().count()) / double(m_width * kPointsPerPixel);
}

bool HistoryWindow::serves(const TimeRange& range, double msPerPoint) const {
  return range.contains(m_visible) && msPerPoint <= wantedMsPerPoint() * kCoarserThanWished;
}

bool HistoryWindow::hasAll(const Layer& layer) const {
  return std::all_of(m_metrics.begin(), m_metrics.end(),
                     [&layer](const std::string& metric) { return layer.series.contains(metric); });
}

bool HistoryWindow::hasData() const {
  return std::any_of(m_layers.begin(), m_layers.end(), [this](const Layer& layer) { return hasAll(layer); });
}

bool HistoryWindow::isExact() const {
  return !m_layers.empty() && m_layers.back().msPerPoint == 0 && m_layers.back().range.contains(m_visible);
}

std::optional<HistoryWindow::Request> HistoryWindow::next() {
  if (m_metrics.empty() || m_visible.isEmpty() || m_width == 0) return std::nullopt;
  // Older layers are for a first glance only: what arrived late for their time is not in them.
  if (!m_layers.empty()) {
    const Layer& newest = m_layers.back();
    if (newest.isCurrent && hasAll(newest) && serves(newest.range, newest.msPerPoint)) return std::nullopt;
  }
  if (m_pending && serves(m_pending->range, m_pending->msPerPoint)) return std::nullopt;

  Request request;
  request.generation = ++m_generation;
  const TimeRange range = widened(m_visible, kMargin);
  const double points = double(m_width * kPointsPerPixel) * (1 + 2 * kMargin);
  request.query.metrics = m_metrics;
  request.query.from = range.from;
  request.query.to = range.to;
  request.query.maxPoints = std::min(api::kMaxHistoryPoints, std::size_t(std::ceil(points)));
  m_pending = Pending{m_generation, range, double(range.length().count()) / double(request.query.maxPoints)};
  m_live.clear();
  return request;
}

void HistoryWindow::failed(std::uint64_t generation) {
  if (m_pending && m_pending->generation == generation) m_pending.reset();
}

bool HistoryWindow::accept(std::uint64_t generation, api::History history) {
  if (!m_pending || m_pending->generation != generation) return false;
  // Nothing finer than every sample exists.
  Layer layer{m_pending->range, history.exact ? 0 : m_pending->msPerPoint, true, {}};
  m_pending.reset();
  for (const std::string& metric : m_metrics) layer.series[metric];
  for (const api::HistorySeries& series : history.series) {
    if (!isKnown(m_metrics, series.metric)) continue;
    PlotPyramid& pyramid = layer.series[series.metric];
    pyramid.reserve(series.points.size());
    for (const api::HistoryPoint& point : series.points) pyramid.append(point);
  }
  // What arrived while the answer was on its way follows on it.
  for (const auto& [metric, points] : std::exchange(m_live, {})) {
    for (const api::HistoryPoint& point : points) addLive(layer, metric, point);
  }
  addLayer(std::move(layer));
  return true;
}

void HistoryWindow::addLayer(Layer layer) {
  std::erase_if(m_layers, [&layer](const Layer& old) {
    return !old.isCurrent || (layer.range.contains(old.range) && layer.msPerPoint <= old.msPerPoint);
  });
  if (m_layers.size() >= kMaxLayers) {
    const auto byLength = [](const Layer& a, const Layer& b) { return a.range.length() < b.range.length(); };
    const auto widest = std::max_element(m_layers.begin(), m_layers.end(), byLength);
    m_layers.erase(widest == m_layers.begin() ? std::next(widest) : m_layers.begin());
  }
  m_layers.push_back(std::move(layer));
}

void HistoryWindow::appendLive(const std::string& metric, TimePoint time, double value) {
  if (!isKnown(m_metrics, metric)) return;
  const api::HistoryPoint point{time, value, value, value, value, 1};
  if (m_pending) {
    auto& waiting = m_live[metric];
    if (waiting.size() < kMaxLivePoints) waiting.push_back(point);
  }
  for (Layer& layer : m_layers) addLive(layer, metric, point);
}

void HistoryWindow::addLive(Layer& layer, const std::string& metric, const api::HistoryPoint& point) const {
  const auto it = layer.series.find(metric);
  if (!layer.isCurrent || it == layer.series.end()) return;
  PlotPyramid& points = it->second;
  if (point.time >= layer.range.to) {
    const Milliseconds within = std::max(kFollowsWithin, layer.range.length() / kFollowsWithinShare);
    if (point.time - layer.range.to > within || points.size() >= kMaxLayerPoints) {
      layer.isCurrent = false;
      return;
    }
    layer.range.to = point.time + Milliseconds(1);
  }
  if (!points.isEmpty()) {
    // A bucket begins at its first sample: a sample that does not lie behind it, or repeats it, is known already.
    const TimePoint last = points.timeOf(points.size() - 1);
    if (point.time <= last) return;
    if (double((point.time - last).count()) < layer.msPerPoint) return points.mergeIntoLast(point);
  }
  points.append(point);
}

std::vector<HistoryWindow::Piece> HistoryWindow::pieces(const std::string& metric, const TimeRange& range) const {
  std::vector<const Layer*> layers;
  for (const Layer& layer : m_layers) {
    if (layer.series.contains(metric)) layers.push_back(&layer);
  }
  // The newest one that shows everything as it is wished for stands for all.
  for (auto it = layers.rbegin(); it != layers.rend(); ++it) {
    if ((*it)->range.contains(range) && (*it)->msPerPoint <= wantedMsPerPoint() * kCoarserThanWished) {
      return {{range, &(*it)->series.at(metric)}};
    }
  }
  std::stable_sort(layers.begin(), layers.end(),
                   [](const Layer* a, const Layer* b) { return a->msPerPoint < b->msPerPoint; });
  std::vector<TimeRange> gaps{range};
  std::vector<Piece> pieces;
  for (const Layer* layer : layers) {
    for (const TimeRange& part : takeOut(gaps, layer->range)) pieces.push_back({part, &layer->series.at(metric)});
  }
  std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) { return a.range.from < b.range.from; });
  return pieces;
}

std::vector<api::HistoryPoint> HistoryWindow::visiblePoints(const std::string& metric) const {
  std::vector<api::HistoryPoint> points;
  if (m_visible.isEmpty()) return points;
  const std::vector<Piece> parts = pieces(metric, m_visible);
  for (const Piece& piece : parts) {
    const double share = double(piece.range.length().count()) / double(m_visible.length().count());
    const auto columns = std::size_t(std::max(1.0, std::floor(double(m_width) * share)));
    const auto some = piece.points->points(piece.range, columns);
    points.insert(points.end(), some.begin(), some.end());
  }
  if (parts.empty()) return points;
  // One on each side, so that lines run to the edge.
  const PlotPyramid& left = *parts.front().points;
  if (const std::size_t first = left.firstAt(m_visible.from); first > 0) {
    points.insert(points.begin(), left.point(first - 1));
  }
  const PlotPyramid& right = *parts.back().points;
  if (const std::size_t end = right.firstAt(m_visible.to); end < right.size()) points.push_back(right.point(end));
  return points;
}

api::HistoryPoint HistoryWindow::summary(const std::string& metric, const TimeRange& range) const {
  api::HistoryPoint whole;
  for (const Piece& piece : pieces(metric, range)) {
    const api::HistoryPoint part = piece.points->summary(piece.range);
    if (part.count == 0) continue;
    if (whole.count == 0) {
      whole = part;
    } else {
      mergeInto(whole, part);
    }
  }
  return whole;
}

std::optional<TimePoint> HistoryWindow::newest() const {
  std::optional<TimePoint> newest;
  for (const Layer& layer : m_layers) {
    for (const auto& [metric, points] : layer.series) {
      if (points.isEmpty()) continue;
      const TimePoint last = points.timeOf(points.size() - 1);
      if (!newest || last > *newest) newest = last;
    }
  }
  return newest;
}

}  // namespace carport::ui
