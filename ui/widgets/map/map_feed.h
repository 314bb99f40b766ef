#pragma once

#include "ui/models/car_store.h"
#include "ui/models/own_thread.h"
#include "ui/widgets/map/map_fleet.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <vector>

namespace carport::ui {

class MetricFeed;

/// Keeps the map's snapshot of cars in step with the store. Here only what changed is noted; a worker projects it and
/// makes the snapshots, at most kSnapshotsPerSecond of them, each as soon as there is something new. Owner: MapPage;
/// the store outlives it. GUI thread; the destructor waits for the worker.
class MapFeed : public QObject {
  Q_OBJECT

 public:
  /// Somewhat more than the gateway's twenty, so that none of those is missed for want of a millisecond.
  static constexpr int kSnapshotsPerSecond = 25;

  explicit MapFeed(const CarStore& store, QObject* parent = nullptr);
  ~MapFeed() override;

  /// What the cars' values come from; outlives the feed. None: cars have no values.
  void setValues(const MetricFeed* values);
  /// Whether anybody looks: without that, changes are noted and the snapshot waits.
  void setActive(bool active);
  /// The snapshot now, made here and at once: for a map that begins.
  MapCars snapshot();

 signals:
  void changed(const carport::ui::MapCars& cars);

 private:
  void rebuild();
  void update(const std::vector<CarStore::Row>& rows);
  void updateValues(const std::vector<CarStore::Row>& rows);
  void rebuildValues();
  float valueOf(CarStore::Row row) const;
  MapChanges::Change& changeOf(CarStore::Row row);
  std::shared_ptr<const MapChanges> takeChanges();
  void schedule();
  void publish();
  void finish(const MapCars& cars, quint64 round);

  const CarStore& m_store;
  const MetricFeed* m_values = nullptr;
  std::shared_ptr<MapFleet> m_fleet;  ///< the worker's while m_busy
  /// What is gathered, and what the worker has or had: they change places, so that a batch needs no fresh memory.
  std::shared_ptr<MapChanges> m_changes = std::make_shared<MapChanges>();
  std::shared_ptr<MapChanges> m_applied = std::make_shared<MapChanges>();
  std::vector<std::int32_t> m_changeOfRow;  ///< in m_changes->cars; -1: nothing is new. No row is in there twice
  MapCars m_latest;
  quint64 m_round = 0;  ///< a snapshot of an earlier one is older than m_latest
  qint64 m_publishedMs = 0;
  QTimer m_timer;
  bool m_active = true;
  bool m_waiting = false;
  bool m_busy = false;
  OwnThread m_thread;
};

}  // namespace carport::ui
