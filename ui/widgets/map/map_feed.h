#pragma once

#include "ui/models/car_store.h"
#include "ui/widgets/map/map_car.h"

#include <QObject>
#include <QTimer>

#include <vector>

namespace carport::ui {

class MetricFeed;

/// Keeps the map's snapshot of cars in step with the store: only changed cars are projected anew, and at most
/// kSnapshotsPerSecond snapshots are handed out. Owner: MapPage; the store outlives it. GUI thread.
class MapFeed : public QObject {
  Q_OBJECT

 public:
  static constexpr int kSnapshotsPerSecond = 20;

  explicit MapFeed(const CarStore& store, QObject* parent = nullptr);

  /// What the cars' values come from; outlives the feed. None: cars have no values.
  void setValues(const MetricFeed* values);
  /// Whether anybody looks: without that, changes are noted and the snapshot waits.
  void setActive(bool active);
  /// The snapshot now.
  MapCars snapshot() const;

 signals:
  void changed(const carport::ui::MapCars& cars);

 private:
  void rebuild();
  void update(const std::vector<CarStore::Row>& rows);
  void updateValues(const std::vector<CarStore::Row>& rows);
  void rebuildValues();
  void updateRow(CarStore::Row row, qint64 nowMs);
  /// It has no fix any longer, at the moment of the past that is shown.
  void removeRow(CarStore::Row row);
  void schedule();
  void publish();

  const CarStore& m_store;
  const MetricFeed* m_values = nullptr;
  std::vector<MapCar> m_cars;              ///< those with a fix
  std::vector<std::int32_t> m_indexOfRow;  ///< in m_cars; -1: no fix yet
  QTimer m_timer;
  bool m_active = true;
  bool m_waiting = false;
};

}  // namespace carport::ui
