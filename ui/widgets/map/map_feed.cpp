#include "ui/widgets/map/map_feed.h"

#include "ui/models/metric_feed.h"

#include <memory>

namespace carport::ui {

MapFeed::MapFeed(const CarStore& store, QObject* parent) : QObject(parent), m_store(store) {
  m_timer.setSingleShot(true);
  m_timer.setInterval(1000 / kSnapshotsPerSecond);
  connect(&m_timer, &QTimer::timeout, this, &MapFeed::publish);
  connect(&m_store, &CarStore::reset, this, &MapFeed::rebuild);
  connect(&m_store, &CarStore::positionsChanged, this, &MapFeed::update);
  rebuild();
}

void MapFeed::setValues(const MetricFeed* values) {
  m_values = values;
  connect(values, &MetricFeed::changed, this, &MapFeed::updateValues);
  connect(values, &MetricFeed::metricChanged, this, &MapFeed::rebuildValues);
}

void MapFeed::updateValues(const std::vector<CarStore::Row>& rows) {
  for (const CarStore::Row row : rows) {
    if (row >= m_indexOfRow.size() || m_indexOfRow[row] < 0) continue;
    m_cars[std::size_t(m_indexOfRow[row])].value = m_values->value(row);
  }
  schedule();
}

void MapFeed::rebuildValues() {
  for (std::size_t row = 0; row < m_indexOfRow.size(); ++row) {
    if (m_indexOfRow[row] >= 0) m_cars[std::size_t(m_indexOfRow[row])].value = m_values->value(CarStore::Row(row));
  }
  schedule();
}

void MapFeed::setActive(bool active) {
  m_active = active;
  if (active && m_waiting) publish();
}

MapCars MapFeed::snapshot() const {
  return std::make_shared<const std::vector<MapCar>>(m_cars);
}

void MapFeed::updateRow(CarStore::Row row, qint64 nowMs) {
  const api::CarPosition position = m_store.position(row);
  if (!position.hasFix()) return removeRow(row);
  const bool known = m_indexOfRow[row] >= 0;
  if (!known) {
    m_indexOfRow[row] = std::int32_t(m_cars.size());
    m_cars.emplace_back();
  }
  MapCar& car = m_cars[std::size_t(m_indexOfRow[row])];
  // In the past a car is put where it was between two fixes.
  const bool newFix = !known || car.position.time != position.time || !m_store.isLive();
  car.position = position;
  car.label = m_store.label(row);
  if (m_values != nullptr && !m_values->metric().isEmpty()) car.value = m_values->value(row);
  if (newFix) {
    const GeoPoint place{position.latitude, position.longitude};
    car.world = toWorld(place);
    const bool drives = position.activity == api::Activity::driving || position.activity == api::Activity::alarm;
    car.glide.fix(place, drives ? position.speed * float(m_store.pace()) : 0, position.heading, nowMs,
                  known && m_store.pace() > 0);
  }
}

void MapFeed::removeRow(CarStore::Row row) {
  const std::int32_t index = m_indexOfRow[row];
  if (index < 0) return;
  // The last one takes its place.
  if (const auto last = m_store.rowOf(m_cars.back().position.car)) m_indexOfRow[*last] = index;
  m_cars[std::size_t(index)] = m_cars.back();
  m_cars.pop_back();
  m_indexOfRow[row] = -1;
}

void MapFeed::rebuild() {
  m_cars.clear();
  m_indexOfRow.assign(m_store.size(), -1);
  const qint64 nowMs = CarStore::steadyMs();
  for (CarStore::Row row = 0; row < m_store.size(); ++row) updateRow(row, nowMs);
  schedule();
}

void MapFeed::update(const std::vector<CarStore::Row>& rows) {
  const qint64 nowMs = CarStore::steadyMs();
  for (const CarStore::Row row : rows) {
    if (row < m_indexOfRow.size()) updateRow(row, nowMs);
  }
  schedule();
}

void MapFeed::schedule() {
  m_waiting = true;
  if (m_active && !m_timer.isActive()) m_timer.start();
}

void MapFeed::publish() {
  if (!m_active) return;
  m_waiting = false;
  emit changed(snapshot());
}

}  // namespace carport::ui
