#pragma once

#include "gateway/api/car_state.h"
#include "ui/client/reply.h"
#include "ui/models/history_loader.h"
#include "ui/models/plot_comparison.h"
#include "ui/models/plot_layout.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace carport::ui {

class CarStore;
class GatewayClient;

/// What a line of a plot is of.
struct PlotSeriesId {
  PrincipalNumber car;
  std::string metric;
  bool operator==(const PlotSeriesId&) const = default;
};

/// Plots one above the other with any metrics of any cars, and the data that they draw: one HistoryLoader a car feeds
/// all of them. The first car is the one whose page this is; its lines turn to the next car with the page, those of
/// other cars stay for comparison. Owner: PlotPanel; lives shorter than client and store. GUI thread.
class PlotBoard : public QObject {
  Q_OBJECT

 public:
  static constexpr std::size_t kMaxPlots = 4;
  /// Lines in one plot: more colours than these nobody tells apart.
  static constexpr std::size_t kMaxSeries = 8;
  static constexpr std::size_t kMaxCars = 8;
  /// Most metric names of a car kept to choose from.
  static constexpr std::size_t kMaxNames = 1'000;

  struct Series {
    PlotSeriesId id;
    std::size_t colour = 0;  ///< index into the theme's
    bool isHidden = false;
    bool operator==(const Series&) const = default;
  };
  using Plot = std::vector<Series>;
  /// What plots without lines say.
  struct Message {
    enum class Action { none, addSeries, retry, showNewest };
    QString text;
    QString actionText;
    Action action = Action::none;
  };

  PlotBoard(GatewayClient& client, CarStore& store, QObject* parent = nullptr);
  ~PlotBoard() override;

  /// The car whose page this is; number 0 for none.
  void setCar(PrincipalNumber car);
  PrincipalNumber car() const { return m_car; }

  const std::vector<Plot>& plots() const { return m_plots; }
  /// The following say by a sentence why they did nothing, and nothing where they did it.
  QString addPlot();
  QString addSeries(std::size_t plot, const PlotSeriesId& id);
  void removePlot(std::size_t plot);
  void removeSeries(std::size_t plot, const PlotSeriesId& id);
  void setHidden(std::size_t plot, const PlotSeriesId& id, bool hidden);
  void setColour(std::size_t plot, const PlotSeriesId& id, std::size_t colour);

  /// What was chosen of the page's own car, to be remembered; empty while it is what is usual.
  PlotLayout layout() const;
  /// Takes the place of all lines; they are those of whatever car comes. An empty one changes nothing.
  void setLayout(const PlotLayout& layout);

  /// What a line is called: with its car where there are several.
  QString seriesName(const PlotSeriesId& id) const;
  QString carName(PrincipalNumber car) const;
  /// The car's id in the registry; empty where the car is not known (any longer).
  QString carId(PrincipalNumber car) const;
  bool hasSeveralCars() const;
  /// What can be plotted of a car, in the order of its words; asks the gateway where that is not known yet, and answers
  /// by metricNamesChanged().
  const std::vector<std::string>& metricNames(PrincipalNumber car);

  /// Fetches an earlier period, too, and lays it over the one that is seen. A line that was hidden of one is seen
  /// again.
  void setComparison(const PlotComparison& comparison);
  const PlotComparison& comparison() const { return m_comparison; }
  /// As points(), of the earlier period, at the times that it is laid over; empty without a comparison.
  const std::vector<api::HistoryPoint>& earlierPoints(const PlotSeriesId& id) const;
  /// What is known of the period that lies so much before `range`.
  api::HistoryPoint earlierSummary(const PlotSeriesId& id, const TimeRange& range) const;
  QString earlierName(const PlotSeriesId& id) const;
  bool isEarlierHidden(const PlotSeriesId& id) const;
  void setEarlierHidden(const PlotSeriesId& id, bool hidden);

  void setView(const TimeRange& range, std::size_t pixelWidth);
  /// What is to be drawn of a line; stands until the next change.
  const std::vector<api::HistoryPoint>& points(const PlotSeriesId& id) const;
  /// What is known of a line within `range` as one point; count 0 where that is nothing.
  api::HistoryPoint summary(const PlotSeriesId& id, const TimeRange& range) const;
  bool isLoading() const;
  bool hasData() const;
  /// Why something is missing; empty where nothing is.
  QString trouble() const;
  Message message() const;
  std::optional<TimePoint> newest() const;
  void retry();
  /// Looks for the first moment of what is stored; rangeFound() answers.
  void findEverything();

 signals:
  /// Points, isLoading() or message() changed.
  void changed();
  /// Plots or lines, their colours or names changed.
  void layoutChanged();
  void metricNamesChanged(carport::PrincipalNumber car);
  void rangeFound(const carport::ui::TimeRange& range);

 private:
  /// All that comes from one car.
  struct Feed {
    PrincipalNumber car;
    QString id;
    std::unique_ptr<HistoryLoader> loader;
    std::unique_ptr<HistoryLoader> earlier;  ///< null without a comparison
    std::vector<std::string> names;
    bool namesKnown = false;
    bool isWatched = false;
    Reply<std::vector<std::string>> namesReply;
    Reply<api::History> everythingReply;
  };

  Series* find(std::size_t plot, const PlotSeriesId& id);
  Feed* feed(PrincipalNumber car) const;
  Feed& needFeed(PrincipalNumber car);
  bool isPlotted(PrincipalNumber car) const;
  void connectFeed(Feed& feed);
  void connectLoader(HistoryLoader& loader);
  /// Brings what is fetched of the earlier period up to date with the lines and the view.
  void followComparison();
  void forgetDrawn();
  void dropFeed(const Feed& feed);
  void dropUnusedFeeds();
  void fetchNames(Feed& feed);
  void addNames(Feed& feed, const std::vector<std::string>& names);
  void chooseUsual();
  void applyLayout();
  std::vector<std::string> metricsOf(PrincipalNumber car) const;
  void addEverything(const Result<api::History>& history);
  void onState(const api::CarState& state);

  GatewayClient& m_client;
  CarStore& m_store;
  PrincipalNumber m_car;
  std::vector<Plot> m_plots{Plot()};
  std::vector<std::unique_ptr<Feed>> m_feeds;
  PrincipalNumber m_lookedAt;  ///< the car whose names were asked for last
  bool m_isChosen = false;     ///< the person chose what is plotted
  TimeRange m_view;
  std::size_t m_width = 0;
  std::optional<TimeRange> m_everything;
  struct Drawn {
    PlotSeriesId id;
    std::vector<api::HistoryPoint> points;
  };
  mutable std::deque<Drawn> m_drawn;  ///< what was asked for since the last change
  mutable std::deque<Drawn> m_drawnEarlier;
  PlotComparison m_comparison;
  std::vector<PlotSeriesId> m_hiddenEarlier;
  QTimer m_soon;  ///< many states a second are one change
};

}  // namespace carport::ui
