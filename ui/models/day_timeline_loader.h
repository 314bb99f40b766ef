#pragma once

#include "gateway/api/car_state.h"
#include "gateway/api/history.h"
#include "ui/client/reply.h"
#include "ui/models/day_timeline.h"

#include <QDate>
#include <QObject>
#include <QString>
#include <QTimer>

#include <vector>

namespace carport::ui {

class CarStore;
class GatewayClient;

/// Fetches the speed of one car over a day and the day before it, follows what arrives, and has the day's timeline
/// ready. The day is that of the moment that is shown, until somebody asks for another. Owner: DayPanel; lives shorter
/// than client and store. GUI thread.
class DayTimelineLoader : public QObject {
  Q_OBJECT

 public:
  /// Points that are asked for and kept: a minute each for two days.
  static constexpr std::size_t kMaxPoints = 2'880;
  /// Live samples that are kept until the day is fetched anew.
  static constexpr std::size_t kMaxLive = 7'200;
  static constexpr int kTickMs = 10'000;

  DayTimelineLoader(GatewayClient& client, const CarStore& store, QObject* parent = nullptr);
  ~DayTimelineLoader() override;

  /// Another car; empty: none. Shows the day of the moment that is shown.
  void setCar(const QString& carId, PrincipalNumber car);
  /// In the computer's time zone. Days to come are not shown.
  void setDay(const QDate& day);
  const QDate& day() const { return m_day; }
  bool isToday() const { return m_day == today(); }
  /// From midnight to midnight.
  TimeRange range() const;

  /// Of the day that is shown and the one before it.
  const DayTimeline& timeline() const { return m_timeline; }
  /// Since when the car does what it does at present; none where that is not known.
  std::optional<DayTimeline::Since> since() const;
  bool isLoading() const { return m_reply.isPending(); }
  /// Why there is nothing to see; empty where nothing is wrong.
  const QString& trouble() const { return m_trouble; }

  /// A state of the car that just arrived.
  void addState(const api::CarState& state);
  void refresh();

 signals:
  void changed();

 private:
  QDate today() const;
  /// The moment that is shown may have gone on to another day.
  void followMoment();
  void onHistory(const Result<api::History>& history);
  void rebuild();

  GatewayClient& m_client;
  const CarStore& m_store;
  QString m_carId;
  PrincipalNumber m_car;
  QDate m_day;
  QDate m_momentDay;  ///< of the moment that is shown
  DayTimeline m_timeline;
  DayTimeline m_current;  ///< of the newest day that was fetched, for since()
  std::vector<api::HistoryPoint> m_points;
  std::size_t m_fetched = 0;
  Milliseconds m_bucket{0};
  Reply<api::History> m_reply;
  QString m_trouble;
  QTimer m_tick;
};

}  // namespace carport::ui
