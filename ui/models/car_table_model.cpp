#include "ui/models/car_table_model.h"

#include "ui/models/phrases.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace carport::ui {

CarTableModel::CarTableModel(CarStore& store, QObject* parent) : QAbstractTableModel(parent), m_store(store) {
  m_flushTimer.setSingleShot(true);
  m_flushTimer.setInterval(kFlushEveryMs);
  connect(&m_flushTimer, &QTimer::timeout, this, &CarTableModel::flush);
  connect(&store, &CarStore::positionsChanged, this, &CarTableModel::gather);
  connect(&store, &CarStore::stateChanged, this, [this](PrincipalNumber car) {
    if (const auto row = m_store.rowOf(car)) gather({*row});
  });
  connect(&store, &CarStore::reset, this, [this] {
    beginResetModel();
    m_changed.clear();
    m_rows = int(m_store.size());
    endResetModel();
  });
  connect(&m_ageTimer, &QTimer::timeout, this, [this] {
    if (m_rows == 0) return;
    const int column = int(CarColumn::age);
    emit dataChanged(index(0, column), index(m_rows - 1, column), {Qt::DisplayRole});
  });
  m_ageTimer.start(kAgesEveryMs);
  m_rows = int(store.size());
}

int CarTableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : m_rows;
}
int CarTableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kCarColumns;
}

QVariant CarTableModel::text(CarStore::Row row, CarColumn column) const {
  switch (column) {
    case CarColumn::car:
      return m_store.label(row);
    case CarColumn::activity:
      return phrases::activity(m_store.activities()[row]);
    case CarColumn::speed:
      return phrases::speed(double(m_store.speeds()[row]));
    case CarColumn::age:
      return phrases::age(fromMs(m_store.timesMs()[row]), m_store.now());
    case CarColumn::position:
      return phrases::coordinates(m_store.latitudes()[row], m_store.longitudes()[row]);
    case CarColumn::battery: {
      const float battery = m_store.batteries()[row];
      return std::isnan(battery) ? QStringLiteral("–") : tr("%1 %").arg(int(std::lround(battery)));
    }
    case CarColumn::groups:
      return m_store.groups(row).join(", ");
  }
  return {};
}

QVariant CarTableModel::sortValue(CarStore::Row row, CarColumn column) const {
  switch (column) {
    case CarColumn::activity:
      return int(m_store.activities()[row]);
    case CarColumn::speed:
      return double(m_store.speeds()[row]);
    case CarColumn::age:
      return qint64(m_store.timesMs()[row]);
    case CarColumn::battery:
      return double(m_store.batteries()[row]);
    default:
      return text(row, column);
  }
}

QVariant CarTableModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const auto row = CarStore::Row(index.row());
  const auto column = CarColumn(index.column());
  const auto known = [](double value) { return std::isnan(value) ? QVariant() : QVariant(value); };
  switch (role) {
    case Qt::DisplayRole:
      return text(row, column);
    case Qt::TextAlignmentRole: {
      const bool figures = column == CarColumn::speed || column == CarColumn::age || column == CarColumn::battery;
      return int((figures ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
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
    case kCarSortRole:
      return sortValue(row, column);
    default:
      return {};
  }
}

QVariant CarTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= kCarColumns) return {};
  const auto column = CarColumn(section);
  if (role == Qt::TextAlignmentRole) {
    const bool figures = column == CarColumn::speed || column == CarColumn::age || column == CarColumn::battery;
    return int((figures ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  }
  if (role != Qt::DisplayRole) return {};
  switch (column) {
    case CarColumn::car:
      return tr("Car");
    case CarColumn::activity:
      return tr("Doing");
    case CarColumn::speed:
      return tr("Speed");
    case CarColumn::age:
      return tr("Last message");
    case CarColumn::position:
      return tr("Position");
    case CarColumn::battery:
      return tr("Battery");
    case CarColumn::groups:
      return tr("Groups");
  }
  return {};
}

QHash<int, QByteArray> CarTableModel::roleNames() const {
  return {{Qt::DisplayRole, "display"},
          {kCarNumberRole, "number"},
          {kCarIdRole, "id"},
          {kCarNameRole, "name"},
          {kCarActivityRole, "activity"},
          {kCarSpeedRole, "speed"},
          {kCarTimeRole, "time"},
          {kCarLatitudeRole, "latitude"},
          {kCarLongitudeRole, "longitude"},
          {kCarBatteryRole, "battery"},
          {kCarConnectedRole, "connected"},
          {kCarBlockedRole, "blocked"},
          {kCarRowRole, "row"},
          {kCarSortRole, "sort"}};
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
  emit dataChanged(index(int(first), int(CarColumn::activity)), index(int(last), int(CarColumn::battery)));
}

}  // namespace carport::ui
