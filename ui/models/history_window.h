#pragma once

#include "gateway/api/history.h"
#include "ui/models/plot_pyramid.h"
#include "ui/models/time_range.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace carport::ui {

/// The history that a plot of some metrics of one car shows: decides what has to be fetched for the visible range and
/// width, takes answers in, drops those that came too late, and adds live samples at the right end. Keeps the answers
/// of before as layers, so that zooming and moving show at once what is there, however coarse, while the finer is on
/// its way. Draws at most 2 points a pixel. Knows no gateway and no clock. Owner: HistoryLoader. One thread.
class HistoryWindow {
 public:
  static constexpr std::size_t kPointsPerPixel = 2;
  static constexpr std::size_t kMinWidth = 50;
  /// Share of the visible range that is fetched beyond each side, so that a small pan shows something at once.
  static constexpr double kMargin = 0.25;
  /// Answers kept; the widest stays, of the others the oldest goes.
  static constexpr std::size_t kMaxLayers = 12;
  /// Points of one metric in one layer; where live samples exceed it, the range is asked for anew.
  static constexpr std::size_t kMaxLayerPoints = 250'000;
  /// Samples of one metric that may gather while a request is out.
  static constexpr std::size_t kMaxLivePoints = 16'384;

  /// A query to make, with the number that its answer has to bring back.
  struct Request {
    std::uint64_t generation = 0;
    api::HistoryQuery query;
  };

  /// Another choice of metrics; what is there of those that stay is kept. At most api::kMaxHistoryMetrics are kept.
  void setMetrics(std::vector<std::string> metrics);
  /// Another car: everything that was there is forgotten.
  void reset();
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
  /// An answer with every one of the metrics is there.
  bool hasData() const;
  /// Every sample of the view is there, none put together with another.
  bool isExact() const;
  /// Makes next() fetch again, as after a reconnect; what is there is shown until then.
  void invalidate();

  /// A sample that arrived just now. Those older than what is there are ignored.
  void appendLive(const std::string& metric, TimePoint time, double value);

  /// The points of a metric within the view and one on each side of it, at most kPointsPerPixel a pixel and 2 more.
  std::vector<api::HistoryPoint> visiblePoints(const std::string& metric) const;
  /// What is known of a metric within `range` as one point; count 0 where that is nothing.
  api::HistoryPoint summary(const std::string& metric, const TimeRange& range) const;
  std::optional<TimePoint> newest() const;

 private:
  using Series = std::map<std::string, PlotPyramid>;
  /// One answer, and what followed on it live.
  struct Layer {
    TimeRange range;
    double msPerPoint = 0;  ///< 0: every sample
    bool isCurrent = true;  ///< false once samples may be missing in it
    Series series;
  };
  struct Pending {
    std::uint64_t generation;
    TimeRange range;
    double msPerPoint;
  };
  /// A stretch of time, and where its points come from.
  struct Piece {
    TimeRange range;
    const PlotPyramid* points;
  };

  double wantedMsPerPoint() const;
  bool serves(const TimeRange& range, double msPerPoint) const;
  bool hasAll(const Layer& layer) const;
  std::vector<Piece> pieces(const std::string& metric, const TimeRange& range) const;
  void addLayer(Layer layer);
  void addLive(Layer& layer, const std::string& metric, const api::HistoryPoint& point) const;

  std::vector<std::string> m_metrics;
  TimeRange m_visible;
  std::size_t m_width = 0;
  std::vector<Layer> m_layers;                                   ///< the newest last
  std::map<std::string, std::vector<api::HistoryPoint>> m_live;  ///< arrived while a request is out
  std::optional<Pending> m_pending;
  std::uint64_t m_generation = 0;
};

}  // namespace carport::ui
