#pragma once

#include "gateway/api/latest.h"
#include "ui/client/reply.h"
#include "ui/models/car_store.h"

#include <QObject>
#include <QString>
#include <QStringList>
#include <QTimer>

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace carport::ui {

class CarStateLoader;
class GatewayClient;

/// The newest values of one metric for all cars. Speed comes with every position; any other is asked for in one call
/// for all cars, again every kRefreshMs while somebody looks, and lies in the store (CarStore::metrics()). Owner: the
/// map; lives shorter than client and store. GUI thread.
class MetricFeed : public QObject {
  Q_OBJECT

 public:
  static constexpr int kRefreshMs = 5'000;
  /// So many cars are asked what metrics they have.
  static constexpr std::size_t kDiscoveries = 20;

  explicit MetricFeed(CarStore& store, QObject* parent = nullptr);
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
  /// Whether anybody looks.
  void setActive(bool active);

  /// Metrics that cars were heard to have, speed first, then in the order of their names.
  QStringList names() const;
  /// Asks a few cars from everywhere in the list what metrics they have; namesChanged() follows.
  void discover();

 signals:
  /// Values of these rows changed.
  void changed(const std::vector<carport::ui::CarStore::Row>& rows);
  void namesChanged();
  /// metric() is another, and so is every value.
  void metricChanged();

 private:
  void update();
  void tell(const std::vector<CarStore::Row>& rows);
  bool comesWithPositions() const;
  /// Where the store has the metric; none: no car was heard to have it.
  std::optional<std::size_t> column() const;

  CarStore& m_store;
  GatewayClient* m_client = nullptr;
  QString m_metric;
  bool m_active = true;
  mutable std::size_t m_column = 0;          ///< where it was found last
  std::unique_ptr<CarStateLoader> m_values;  ///< none without a client
  Reply<api::FleetLatest> m_discovery;
  std::vector<CarStore::Row> m_changed;
  QTimer m_tell;  ///< gathers changes
};

}  // namespace carport::ui
