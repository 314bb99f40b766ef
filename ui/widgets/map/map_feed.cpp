#include "ui/widgets/map/map_feed.h"

#include "ui/models/metric_feed.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace carport::ui {
namespace {
constexpr qint64 kSnapshotMs = 1000 / MapFeed::kSnapshotsPerSecond;
}  // namespace

MapFeed::MapFeed(const CarStore& store, QObject* parent)
    : QObject(parent), m_store(store), m_fleet(std::make_shared<MapFleet>()) {
  m_timer.setSingleShot(true);
  m_timer.setTimerType(Qt::PreciseTimer);
  connect(&m_timer, &QTimer::timeout, this, &MapFeed::publish);
  connect(&m_store, &CarStore::reset, this, &MapFeed::rebuild);
  connect(&m_store, &CarStore::positionsChanged, this, &MapFeed::update);
  rebuild();
}

MapFeed::~MapFeed() = default;

void MapFeed::setValues(const MetricFeed* values) {
  m_values = values;
  connect(values, &MetricFeed::changed, this, &MapFeed::updateValues);
  connect(values, &MetricFeed::metricChanged, this, &MapFeed::rebuildValues);
}

float MapFeed::valueOf(CarStore::Row row) const {
  const bool has = m_values != nullptr && !m_values->metric().isEmpty();
  return has ? m_values->value(row) : std::numeric_limits<float>::quiet_NaN();
}

MapChanges::Change& MapFeed::changeOf(CarStore::Row row) {
  std::int32_t& index = m_changeOfRow[row];
  if (index < 0) {
    index = std::int32_t(m_changes->cars.size());
    m_changes->cars.emplace_back().row = row;
  }
  MapChanges::Change& change = m_changes->cars[std::size_t(index)];
  change.value = valueOf(row);
  return change;
}

void MapFeed::updateValues(const std::vector<CarStore::Row>& rows) {
  for (const CarStore::Row row : rows) {
    if (row < m_changeOfRow.size()) changeOf(row);
  }
  schedule();
}

void MapFeed::rebuildValues() {
  for (CarStore::Row row = 0; row < m_changeOfRow.size(); ++row) changeOf(row);
  schedule();
}

void MapFeed::rebuild() {
  m_changes->cars.clear();
  m_changes->labels.emplace();
  m_changes->labels->reserve(m_store.size());
  m_changeOfRow.assign(m_store.size(), -1);
  for (CarStore::Row row = 0; row < m_store.size(); ++row) {
    m_changes->labels->push_back(m_store.label(row));
    if (!m_store.hasFix(row)) continue;
    MapChanges::Change& change = changeOf(row);
    change.position = m_store.position(row);
    change.moved = true;
  }
  schedule();
}

void MapFeed::update(const std::vector<CarStore::Row>& rows) {
  for (const CarStore::Row row : rows) {
    if (row >= m_changeOfRow.size()) continue;
    MapChanges::Change& change = changeOf(row);
    change.position = m_store.position(row);
    change.moved = true;
  }
  schedule();
}

void MapFeed::setActive(bool active) {
  m_active = active;
  if (active && m_waiting) publish();
}

std::shared_ptr<const MapChanges> MapFeed::takeChanges() {
  for (const MapChanges::Change& change : m_changes->cars) m_changeOfRow[change.row] = -1;
  m_changes->nowMs = CarStore::steadyMs();
  m_changes->pace = m_store.pace();
  m_changes->live = m_store.isLive();
  std::swap(m_changes, m_applied);
  m_changes->cars.clear();
  m_changes->labels.reset();
  return m_applied;
}

MapCars MapFeed::snapshot() {
  m_thread.wait();
  m_latest = m_fleet->apply(*takeChanges());
  ++m_round;
  return m_latest;
}

void MapFeed::schedule() {
  m_waiting = true;
  if (!m_active || m_busy || m_timer.isActive()) return;
  const qint64 left = m_publishedMs + kSnapshotMs - CarStore::steadyMs();
  // Always by the timer, so that what is told in one go is one snapshot.
  m_timer.start(int(std::clamp<qint64>(left, 0, kSnapshotMs)));
}

void MapFeed::publish() {
  if (!m_active || m_busy) return;
  m_waiting = false;
  m_busy = true;
  m_publishedMs = CarStore::steadyMs();
  m_thread.run(
      this, [fleet = m_fleet, changes = takeChanges()] { return fleet->apply(*changes); },
      [this, round = m_round](const MapCars& cars) { finish(cars, round); });
}

void MapFeed::finish(const MapCars& cars, quint64 round) {
  m_busy = false;
  if (round == m_round) m_latest = cars;
  emit changed(m_latest);
  if (m_waiting) schedule();
}

}  // namespace carport::ui
