#include "ui/models/car_store.h"

#include "ui/models/car_tags.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <string_view>

namespace carport::ui {

namespace {

constexpr double kNoPlace = std::numeric_limits<double>::quiet_NaN();
constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

/// What cars call their battery's charge in per cent, the likeliest first.
constexpr std::array<std::string_view, 8> kBatteryMetrics{
    "soc", "battery", "battery_soc", "state_of_charge", "battery_level", "battery_pct", "soc_pct", "batteryLevel"};

float batteryOf(const api::CarState& state) {
  for (const std::string_view metric : kBatteryMetrics) {
    const auto it = state.metrics.find(std::string(metric));
    if (it != state.metrics.end()) return float(it->second.value);
  }
  return kUnknown;
}

QStringList toStrings(const std::vector<std::string>& texts) {
  QStringList strings;
  for (const std::string& text : texts) strings.append(QString::fromStdString(text));
  return strings;
}

}  // namespace

CarStore::CarStore(QObject* parent) : QObject(parent) {}
CarStore::~CarStore() = default;

std::int64_t CarStore::steadyMs() {
  return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

TimePoint CarStore::now() const {
  return m_moment.value_or(SystemClock().now() + m_clockOffset);
}

std::optional<CarStore::Row> CarStore::rowOf(PrincipalNumber number) const {
  const auto it = m_rows.constFind(number.value);
  return it == m_rows.cend() ? std::nullopt : std::optional(*it);
}

std::optional<CarStore::Row> CarStore::rowOfId(const QString& id) const {
  const auto it = m_rowsById.constFind(id);
  return it == m_rowsById.cend() ? std::nullopt : std::optional(*it);
}

const QString& CarStore::label(Row row) const {
  const Identity& identity = m_identities[row];
  return identity.name.isEmpty() ? identity.id : identity.name;
}

bool CarStore::hasFix(Row row) const {
  return !std::isnan(m_latitudes[row]) && !std::isnan(m_longitudes[row]);
}

api::CarPosition CarStore::position(Row row) const {
  api::CarPosition position;
  position.car = m_numbers[row];
  position.time = fromMs(m_timesMs[row]);
  position.latitude = m_latitudes[row];
  position.longitude = m_longitudes[row];
  position.speed = m_speeds[row];
  position.heading = m_headings[row];
  position.activity = m_activities[row];
  position.connected = m_connected[row];
  return position;
}

const api::CarState* CarStore::state(PrincipalNumber number) const {
  const auto it = m_states.constFind(number.value);
  return it == m_states.cend() ? nullptr : &*it;
}

std::vector<std::pair<PrincipalNumber, CarStore::Known>> CarStore::known() const {
  std::vector<std::pair<PrincipalNumber, Known>> all;
  all.reserve(size());
  for (Row row = 0; row < size(); ++row) {
    if (m_timesMs[row] != 0) all.emplace_back(m_numbers[row], Known{position(row), m_batteries[row]});
  }
  return all;
}

void CarStore::resizeColumns(std::size_t size) {
  m_numbers.assign(size, {});
  m_latitudes.assign(size, kNoPlace);
  m_longitudes.assign(size, kNoPlace);
  m_speeds.assign(size, kUnknown);
  m_headings.assign(size, kUnknown);
  m_activities.assign(size, api::Activity::unknown);
  m_timesMs.assign(size, 0);
  m_batteries.assign(size, kUnknown);
  m_connected.assign(size, false);
  m_identities.clear();
  m_identities.reserve(size);
  m_rows.clear();
  m_rowsById.clear();
  m_rows.reserve(qsizetype(size));
  m_rowsById.reserve(qsizetype(size));
  m_counts = {};
  m_counts[std::size_t(api::Activity::unknown)] = size;
}

void CarStore::append(const api::Car& car) {
  const Row row = Row(m_identities.size());
  Identity identity;
  identity.id = QString::fromStdString(car.principal.id);
  identity.name = QString::fromStdString(car.principal.name);
  identity.groups = toStrings(car.principal.groups);
  identity.attributes = car.principal.attributes;
  identity.tags = tagsOf(identity.attributes);
  identity.searchText = identity.id + ' ' + identity.name + ' ' + identity.groups.join(' ');
  for (const auto& [name, text] : identity.attributes) identity.searchText += ' ' + QString::fromStdString(text);
  identity.searchText = identity.searchText.toLower();
  identity.createdAtMs = toMs(car.principal.createdAt);
  identity.blocked = car.principal.blocked;
  m_numbers[row] = car.principal.number;
  m_rows.insert(car.principal.number.value, row);
  m_rowsById.insert(identity.id, row);
  m_identities.push_back(std::move(identity));
}

void CarStore::setCars(const std::vector<api::Car>& cars) {
  std::vector<const api::Car*> ordered;
  ordered.reserve(cars.size());
  for (const api::Car& car : cars) ordered.push_back(&car);
  std::sort(ordered.begin(), ordered.end(),
            [](const api::Car* a, const api::Car* b) { return a->principal.id < b->principal.id; });
  m_hiddenCars = ordered.size() > kMaxCars ? ordered.size() - kMaxCars : 0;
  ordered.resize(ordered.size() - m_hiddenCars);

  const auto before = known();
  const QHash<quint32, Row> rowsBefore = m_rows;
  resizeColumns(ordered.size());
  for (const api::Car* car : ordered) append(*car);
  std::vector<std::int64_t> from(ordered.size(), -1);
  for (std::size_t row = 0; row < ordered.size(); ++row) {
    const auto old = rowsBefore.constFind(m_numbers[row].value);
    if (old != rowsBefore.cend()) from[row] = *old;
  }
  m_metrics.rearrange(from);
  gatherNames();
  for (const auto& [number, old] : before) {
    const auto row = rowOf(number);
    if (!row) {
      m_states.remove(number.value);
      continue;
    }
    setPosition(*row, old.position);
    m_batteries[*row] = old.battery;
  }
  for (const api::Car* car : ordered) {
    const Row row = m_rows[car->principal.number.value];
    const bool isNews = isLive() && car->position && toMs(car->position->time) >= m_timesMs[row];
    if (isNews) setPosition(row, *car->position);
  }
  emit reset();
}

void CarStore::gatherNames() {
  std::set<QString> groups;
  std::set<QString> tags;
  std::set<std::string_view> attributes;
  for (const Identity& identity : m_identities) {
    groups.insert(identity.groups.begin(), identity.groups.end());
    tags.insert(identity.tags.begin(), identity.tags.end());
    for (const auto& [name, text] : identity.attributes) attributes.insert(name);
  }
  m_allGroups = QStringList(groups.begin(), groups.end());
  m_allTags = QStringList(tags.begin(), tags.end());
  m_allAttributes.clear();
  for (const std::string_view name : attributes) {
    if (name != kTagsAttribute && name != kNoteAttribute)
      m_allAttributes.append(QString::fromUtf8(name.data(), qsizetype(name.size())));
  }
}

void CarStore::setPosition(Row row, const api::CarPosition& position) {
  --m_counts[std::size_t(m_activities[row])];
  m_activities[row] = position.activity;
  ++m_counts[std::size_t(position.activity)];
  m_speeds[row] = position.speed;
  m_headings[row] = position.heading;
  m_timesMs[row] = toMs(position.time);
  m_connected[row] = position.connected;
  if (!position.hasFix()) {
    // Before its first fix a car was nowhere.
    if (!isLive()) m_latitudes[row] = m_longitudes[row] = kNoPlace;
    return;
  }
  m_latitudes[row] = position.latitude;
  m_longitudes[row] = position.longitude;
}

void CarStore::applyPositions(std::span<const api::CarPosition> positions) {
  std::vector<Row> rows;
  rows.reserve(positions.size());
  for (const api::CarPosition& position : positions) {
    const auto it = m_rows.constFind(position.car.value);
    if (it == m_rows.cend() || std::size_t(position.activity) >= m_counts.size()) continue;
    setPosition(*it, position);
    rows.push_back(*it);
  }
  if (!rows.empty()) emit positionsChanged(rows);
}

void CarStore::applyState(const api::CarState& state) {
  const PrincipalNumber number = state.position.car;
  const auto row = rowOf(number);
  // What a car has said since the moment that is shown is not known yet.
  if (!row || (m_moment && state.position.time > *m_moment)) return;
  m_states.insert(number.value, state);
  applyMetrics(state);
}

void CarStore::applyMetrics(const api::CarState& state) {
  const auto row = rowOf(state.position.car);
  m_batteries[*row] = batteryOf(state);
  const bool isNew = m_metrics.put(*row, state);
  emit stateChanged(state.position.car);
  if (isNew) emit metricNamesChanged();
}

void CarStore::applyLatest(const api::FleetLatest& latest) {
  if (!isLive()) return;
  std::vector<std::int64_t> rowsOfCars;
  std::vector<Row> rows;
  rowsOfCars.reserve(latest.cars.size());
  for (const PrincipalNumber car : latest.cars) {
    const auto row = rowOf(car);
    rowsOfCars.push_back(row ? std::int64_t(*row) : -1);
    if (row) rows.push_back(*row);
  }
  const bool isNew = m_metrics.put(rowsOfCars, latest);
  applyBatteries(rows);
  if (!rows.empty()) emit metricsChanged(rows);
  if (isNew) emit metricNamesChanged();
}

void CarStore::applyBatteries(const std::vector<Row>& rows) {
  std::vector<std::size_t> columns;
  for (const std::string_view metric : kBatteryMetrics) {
    const auto column = m_metrics.columnOf(QString::fromUtf8(metric.data(), qsizetype(metric.size())));
    if (column) columns.push_back(*column);
  }
  for (const Row row : rows) {
    const auto has = [&](std::size_t column) { return !std::isnan(m_metrics.value(column, row)); };
    const auto found = std::find_if(columns.begin(), columns.end(), has);
    if (found != columns.end()) m_batteries[row] = float(m_metrics.value(*found, row));
  }
}

void CarStore::clear() {
  resizeColumns(0);
  m_metrics.clear(0);
  gatherNames();
  m_states.clear();
  m_hiddenCars = 0;
  m_clockOffset = Milliseconds(0);
  emit reset();
}

}  // namespace carport::ui
