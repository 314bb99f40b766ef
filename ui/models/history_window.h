#pragma once

#include "gateway/api/history.h"
#include "gateway/base/clock.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace carport::ui {

/// A range of time, [from, to).
struct TimeRange {
  TimePoint from{};
  TimePoint to{};

  Milliseconds length() const { return to - from; }
  bool isEmpty() const { return to <= from; }
  bool contains(const TimeRange& other) const { return from <= other.from && other.to <= to; }
  bool operator==(const TimeRange&) const = default;
};

/// The history that a plot of some metrics of one car shows: decides what has to be fetched for the visible range and
/// width, takes answers in, drops those that came too late, and adds live samples at the right end. Holds at most 2
/// points a pixel for what is visible. Knows no gateway and no clock. Owner: HistoryLoader. One thread.
class HistoryWindow {
 public:
  static constexpr std::size_t kPointsPerPixel = 2;
  static constexpr std::size_t kMinWidth = 50;
  /// Share of the visible range that is fetched beyond each side, so that a small pan shows something at once.
  static constexpr double kMargin = 0.25;

  /// A query to make, with the number that its answer has to bring back.
  struct Request {
    std::uint64_t generation = 0;
    api::HistoryQuery query;
  };

  /// Another car or choice of metrics: everything that was there is forgotten. At most api::kMaxHistoryMetrics are
  /// kept.
  void setMetrics(std::vector<std::string> metrics);
  const std::vector<std::string>& metrics() const { return m_metrics; }
  /// What is on screen now.
  void setView(TimeRange visible, std::size_t pixelWidth);
  const TimeRange& view() const { return m_visible; }

  /// What has to be fetched so that the view is shown at its resolution; none where what is there will do, or a fitting
  /// request is out already.
  std::optional<Request> next();
  /// True where the answer was wanted and taken; false where it is stale.
  bool accept(std::uint64_t generation, api::History history);
  /// The request will not be answered; next() may ask again.
  void failed(std::uint64_t generation);
  bool isWaiting() const { return m_pending.has_value(); }
  /// Something was fetched since setMetrics().
  bool hasData() const { return m_haveData; }
  /// Every sample of the view is there, none put together with another.
  bool isExact() const { return m_exact; }
  /// Makes next() fetch again, as after a reconnect.
  void invalidate();

  /// A sample that arrived just now. Those older than what is there are ignored.
  void appendLive(const std::string& metric, TimePoint time, double value);

  /// The points of a metric within the view and one on each side of it, at most kPointsPerPixel a pixel and 2 more.
  std::vector<api::HistoryPoint> visiblePoints(const std::string& metric) const;
  std::optional<TimePoint> newest() const;

 private:
  struct Series {
    std::string metric;
    std::vector<api::HistoryPoint> points;
  };
  struct Loaded {
    TimeRange range;
    double msPerPoint = 0;
  };

  Series* find(const std::string& metric);
  const Series* find(const std::string& metric) const;
  double wantedMsPerPoint() const;
  void mergeLive(Series& series, const api::HistoryPoint& point);

  std::vector<std::string> m_metrics;
  TimeRange m_visible;
  std::size_t m_width = 0;
  std::vector<Series> m_series;
  std::vector<Series> m_live;  ///< arrived while a request is out
  std::optional<Loaded> m_loaded;
  struct Pending {
    std::uint64_t generation;
    Loaded covers;
  };
  std::optional<Pending> m_pending;
  std::uint64_t m_generation = 0;
  bool m_haveData = false;
  bool m_exact = false;
};

/// `points` put together so that no more than `limit` remain; each keeps min, max, mean, last and count of what it
/// covers.
std::vector<api::HistoryPoint> reduce(std::span<const api::HistoryPoint> points, std::size_t limit);

}  // namespace carport::ui
