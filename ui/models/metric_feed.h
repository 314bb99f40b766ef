#pragma once

#include "gateway/api/car.h"
#include "ui/client/reply.h"
#include "ui/models/car_store.h"

#include <QHash>
#include <QObject>
#include <QSet>
#include <QString>
#include <QStringList>
#include <QTimer>

#include <optional>
#include <vector>

namespace carport::ui {

class GatewayClient;

/// The newest values of one metric for all cars, as far as they are known. Speed comes with every position. Others are
/// asked for a car at a time, kRequestsPerSecond at most, those in sight first and the others one after the other: a
/// large fleet fills up slowly and costs the same as a small one. Owner: the map; lives shorter than client and store.
/// GUI thread.
class MetricFeed : public QObject {
  Q_OBJECT

 public:
  static constexpr int kRequestsPerSecond = 100;
  static constexpr int kMaxPending = 6;
  /// Most names of metrics that are offered.
  static constexpr qsizetype kMaxNames = 200;
  /// So long ago a car was asked that is asked again: one in sight, any other.
  static constexpr int kFreshInSightMs = 5'000;
  static constexpr int kFreshMs = 60'000;

  explicit MetricFeed(const CarStore& store, QObject* parent = nullptr);
  ~MetricFeed() override;

  /// Without one, only what comes with positions and what the store has is known.
  void setClient(GatewayClient* client);

  /// Empty: none, and nothing is asked for.
  void setMetric(const QString& metric);
  const QString& metric() const { return m_metric; }
  /// The metric's newest value of the car in a row of the store; NaN where none is known.
  float value(CarStore::Row row) const;
  /// Of how many cars a value is known.
  std::size_t known() const;

  /// The cars that somebody sees now; asked for first.
  void setInSight(const std::vector<PrincipalNumber>& cars);
  /// Whether anybody looks.
  void setActive(bool active);

  /// Metrics that cars were heard to have, speed first, then in the order of their names.
  QStringList names() const;
  /// Asks a few cars in sight what metrics they have; namesChanged() follows.
  void discover();

 signals:
  /// Values of these rows changed.
  void changed(const std::vector<carport::ui::CarStore::Row>& rows);
  void namesChanged();
  /// metric() is another, and so is every value.
  void metricChanged();

 private:
  void tick();
  std::optional<CarStore::Row> nextRow(qint64 nowMs);
  bool isDue(PrincipalNumber car, qint64 nowMs, int freshMs) const;
  void ask(CarStore::Row row);
  void take(PrincipalNumber car, const api::CarState& state);
  void learnNames(const api::CarState& state);
  void restart();
  void updateTimer();
  bool comesWithPositions() const;

  struct Value {
    float value;  ///< NaN: the car does not have it
    qint64 askedMs;
  };

  const CarStore& m_store;
  GatewayClient* m_client = nullptr;
  QString m_metric;
  bool m_active = true;
  QHash<quint32, Value> m_values;
  QSet<QString> m_names;
  QSet<quint32> m_pending;
  std::vector<PrincipalNumber> m_inSight;
  std::size_t m_nextInSight = 0;
  CarStore::Row m_nextRow = 0;
  quint64 m_round = 0;  ///< an answer to an earlier one is of no interest
  QTimer m_timer;
  std::vector<CarStore::Row> m_changed;
  QTimer m_tell;  ///< gathers changes
};

}  // namespace carport::ui
