#include "ui/models/car_table_model.h"

#include "ui/models/car_cells.h"
#include "ui/models/plain_tip.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace carport::ui {

CarTableModel::CarTableModel(CarStore& store, QObject* parent) : QAbstractTableModel(parent), m_store(store) {
  m_flushTimer.setSingleShot(true);
  m_flushTimer.setInterval(kFlushEveryMs);
  connect(&m_flushTimer, &QTimer::timeout, this, &CarTableModel::flush);
  connect(&store, &CarStore::positionsChanged, this, &CarTableModel::gather);
  connect(&store, &CarStore::metricsChanged, this, &CarTableModel::gather);
  connect(&store, &CarStore::stateChanged, this, [this](PrincipalNumber car) {
    if (const auto row = m_store.rowOf(car)) gather({*row});
  });
  connect(&store, &CarStore::reset, this, [this] {
    beginResetModel();
    m_changed.clear();
    m_rows = int(m_store.size());
    endResetModel();
  });
  connect(&m_ageTimer, &QTimer::timeout, this, &CarTableModel::tellAges);
  m_ageTimer.start(kAgesEveryMs);
  m_rows = int(store.size());
}

int CarTableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : m_rows;
}
int CarTableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(m_columns.size());
}

void CarTableModel::setColumns(const CarColumns& columns) {
  CarColumns fresh;
  for (const CarColumnSpec& column : columns) {
    const bool isThere = std::find(fresh.begin(), fresh.end(), column) != fresh.end();
    if (!isThere && fresh.size() < kMaxCarColumns) fresh.push_back(column);
  }
  if (fresh.empty()) fresh = usualCarColumns();
  if (fresh == m_columns) return;
  beginResetModel();
  m_columns = std::move(fresh);
  endResetModel();
}

void CarTableModel::setOffline(bool offline) {
  if (offline == m_offline) return;
  m_offline = offline;
  if (m_rows > 0) tellRange(0, CarStore::Row(m_rows - 1));
}

bool CarTableModel::isStale(CarStore::Row row) const {
  const api::Activity activity = m_store.activities()[row];
  return m_offline || activity == api::Activity::silent || activity == api::Activity::unknown;
}

QVariant CarTableModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const auto row = CarStore::Row(index.row());
  const CarColumnSpec& column = m_columns[std::size_t(index.column())];
  switch (role) {
    case Qt::DisplayRole:
      return carCellText(m_store, row, column);
    case Qt::ToolTipRole:
      return plainTip(carCellTip(m_store, row, column));
    case Qt::TextAlignmentRole:
      return int((column.isFigure() ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    default:
      return carData(row, role);
  }
}

QVariant CarTableModel::carData(CarStore::Row row, int role) const {
  const auto known = [](double value) { return std::isnan(value) ? QVariant() : QVariant(value); };
  switch (role) {
    case kCarNumberRole:
      return m_store.numbers()[row].value;
    case kCarIdRole:
      return m_store.id(row);
    case kCarNameRole:
      return m_store.name(row);
    case kCarActivityRole:
      return int(m_store.activities()[row]);
    case kCarSpeedRole:
      return known(double(m_store.speeds()[row]));
    case kCarTimeRole:
      return qint64(m_store.timesMs()[row]);
    case kCarLatitudeRole:
      return known(m_store.latitudes()[row]);
    case kCarLongitudeRole:
      return known(m_store.longitudes()[row]);
    case kCarBatteryRole:
      return known(double(m_store.batteries()[row]));
    case kCarConnectedRole:
      return m_store.isConnected(row);
    case kCarBlockedRole:
      return m_store.isBlocked(row);
    case kCarRowRole:
      return int(row);
    case kCarStaleRole:
      return isStale(row);
    default:
      return {};
  }
}

QVariant CarTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  const CarColumnSpec& column = m_columns[std::size_t(section)];
  if (role == Qt::TextAlignmentRole)
    return int((column.isFigure() ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  return role == Qt::DisplayRole ? QVariant(column.title()) : QVariant();
}

QHash<int, QByteArray> CarTableModel::roleNames() const {
  return {{Qt::DisplayRole, "display"}, {kCarNumberRole, "number"},       {kCarIdRole, "id"},
          {kCarNameRole, "name"},       {kCarActivityRole, "activity"},   {kCarSpeedRole, "speed"},
          {kCarTimeRole, "time"},       {kCarLatitudeRole, "latitude"},   {kCarLongitudeRole, "longitude"},
          {kCarBatteryRole, "battery"}, {kCarConnectedRole, "connected"}, {kCarBlockedRole, "blocked"},
          {kCarRowRole, "row"},         {kCarStaleRole, "stale"}};
}

void CarTableModel::gather(const std::vector<CarStore::Row>& rows) {
  m_changed.insert(m_changed.end(), rows.begin(), rows.end());
  if (!m_flushTimer.isActive()) m_flushTimer.start();
}

void CarTableModel::flush() {
  m_flushTimer.stop();
  std::vector<CarStore::Row> rows = std::exchange(m_changed, {});
  if (rows.empty()) return;
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  std::vector<std::pair<CarStore::Row, CarStore::Row>> ranges;
  for (const CarStore::Row row : rows) {
    if (!ranges.empty() && ranges.back().second + 1 == row) {
      ranges.back().second = row;
    } else {
      ranges.emplace_back(row, row);
    }
  }
  if (ranges.size() > kMaxRanges) ranges = {{rows.front(), rows.back()}};
  for (const auto& [first, last] : ranges) tellRange(first, last);
}

void CarTableModel::tellRange(CarStore::Row first, CarStore::Row last) {
  emit dataChanged(index(int(first), 0), index(int(last), columnCount() - 1));
}

void CarTableModel::tellAges() {
  const auto age = std::find(m_columns.begin(), m_columns.end(), CarColumnSpec::of(CarColumn::age));
  if (m_rows == 0 || age == m_columns.end()) return;
  const int column = int(age - m_columns.begin());
  emit dataChanged(index(0, column), index(m_rows - 1, column), {Qt::DisplayRole});
}

}  // namespace carport::ui
