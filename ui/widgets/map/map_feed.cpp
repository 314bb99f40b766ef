#include "ui/widgets/map/map_feed.h"

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

void MapFeed::setActive(bool active) {
  m_active = active;
  if (active && m_waiting) publish();
}

MapCars MapFeed::snapshot() const {
  return std::make_shared<const std::vector<MapCar>>(m_cars);
}

void MapFeed::updateRow(CarStore::Row row, qint64 nowMs) {
  const api::CarPosition position = m_store.position(row);
  if (!position.hasFix()) return;
  const bool known = m_indexOfRow[row] >= 0;
  if (!known) {
    m_indexOfRow[row] = std::int32_t(m_cars.size());
    m_cars.emplace_back();
  }
  MapCar& car = m_cars[std::size_t(m_indexOfRow[row])];
  const bool newFix = !known || car.position.time != position.time;
  car.position = position;
  car.label = m_store.label(row);
  if (newFix) {
    const GeoPoint place{position.latitude, position.longitude};
    car.world = toWorld(place);
    const bool drives = position.activity == api::Activity::driving || position.activity == api::Activity::alarm;
    car.glide.fix(place, drives ? position.speed : 0, position.heading, nowMs, known);
  }
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
