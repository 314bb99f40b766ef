#pragma once

#include "ui/client/reply.h"
#include "ui/models/heat_area.h"

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include <memory>
#include <optional>

namespace carport::ui {

class CarStore;
class GatewayClient;

/// Fetches how long the fleet was where for what the map shows, a moment after the hand has come to rest, and again as
/// time passes; what is there stays until there is better. In the past, periods end at the moment that is shown. Owner:
/// HeatControls; lives shorter than client and store. GUI thread.
class HeatLoader : public QObject {
  Q_OBJECT

 public:
  using Heat = std::shared_ptr<const api::FleetHeat>;

  /// After the last change of what is seen.
  static constexpr int kRestMs = 250;
  static constexpr int kReviewMs = 5'000;
  /// What failed is not asked for again by itself before that.
  static constexpr int kRetryMs = 30'000;
  /// Most cars of which alone the time is counted: a call names each.
  static constexpr qsizetype kMaxCars = 200;

  HeatLoader(GatewayClient& client, const CarStore& store, QObject* parent = nullptr);

  /// Whether anybody sees it; without that nothing is fetched.
  void setActive(bool active);
  void setView(const MapViewport& viewport);
  void setPeriod(HeatPeriod period);
  HeatPeriod period() const { return m_period; }
  /// What the time slider shows.
  void setSlider(const TimeRange& range);
  /// Only these cars, by id; none: every car.
  void setCars(const QStringList& ids);
  const QStringList& cars() const { return m_cars; }
  /// Takes back what is being fetched; until something else is asked for nothing is.
  void cancel();

  /// The newest that came, perhaps of another view or time than is wanted now; null: none yet.
  const Heat& heat() const { return m_heat; }
  bool isLoading() const { return m_reply.isPending(); }
  /// It is loading what is shown anew, because time has passed: nobody has to be told.
  bool isRefreshing() const { return isLoading() && m_isRefresh; }
  /// Why there is nothing to see, as a sentence; empty where there is something, or it is on its way.
  QString message() const;

 signals:
  /// heat(), isLoading() or message().
  void changed();

 private:
  struct Question {
    api::HeatGrid grid;
    TimeRange time;
    HeatPeriod period = HeatPeriod::lastDay;
    QStringList cars;
  };

  void askSoon();
  void review();
  /// A time that is off by no more than this is as good.
  Milliseconds patience() const;
  bool answers(const Question& question) const;
  bool isSameButTime(const Question& question) const;
  void ask();
  void onAnswer(const Result<api::FleetHeat>& heat);

  GatewayClient& m_client;
  const CarStore& m_store;
  bool m_isActive = false;
  bool m_isStopped = false;  ///< by cancel()
  bool m_isRefresh = false;
  MapViewport m_viewport;
  HeatPeriod m_period = HeatPeriod::lastDay;
  TimeRange m_slider;
  QStringList m_cars;
  Heat m_heat;
  Question m_asked;  ///< what heat() is, or what is being fetched, answers
  QString m_failure;
  QElapsedTimer m_sinceFailure;
  QElapsedTimer m_sinceAsked;
  Milliseconds m_took{0};  ///< the newest answer
  Reply<api::FleetHeat> m_reply;
  QTimer m_rest;
  QTimer m_review;
};

}  // namespace carport::ui
