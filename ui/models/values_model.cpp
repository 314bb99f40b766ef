#include "ui/models/values_model.h"

#include "ui/models/phrases.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace carport::ui {

namespace {

/// What people look at first; everything else follows by name, attributes last.
constexpr std::array<std::string_view, 9> kFirst{"speed",    "soc", "battery", "fuel",   "range",
                                                 "odometer", "lat", "lon",     "heading"};

std::size_t rankOf(std::string_view key) {
  return std::size_t(std::find(kFirst.begin(), kFirst.end(), key) - kFirst.begin());
}

}  // namespace

ValuesModel::ValuesModel(QObject* parent) : QAbstractTableModel(parent) {}

std::vector<ValuesModel::Row> ValuesModel::rowsOf(const api::CarState& state) const {
  std::vector<Row> rows;
  for (const auto& [key, latest] : state.metrics) {
    rows.push_back({key, phrases::metricName(key), phrases::metricValue(key, latest.value), latest.time, true});
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::pair(rankOf(a.key), a.name.toLower()) < std::pair(rankOf(b.key), b.name.toLower());
  });
  for (const auto& [key, latest] : state.attributes) {
    rows.push_back({key, phrases::metricName(key), phrases::attributeValue(latest.value), latest.time, false});
  }
  return rows;
}

void ValuesModel::setState(const api::CarState* state, TimePoint now) {
  std::vector<Row> rows = state != nullptr ? rowsOf(*state) : std::vector<Row>();
  m_hiddenRows = rows.size() > kMaxRows ? rows.size() - kMaxRows : 0;
  rows.resize(rows.size() - m_hiddenRows);
  m_now = now;
  m_newest = state != nullptr ? state->position.time : TimePoint();
  const bool sameRows =
      std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(),
                 [](const Row& a, const Row& b) { return a.key == b.key && a.isMetric == b.isMetric; });
  if (!sameRows) {
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
    return;
  }
  m_rows = std::move(rows);
  if (!m_rows.empty())
    emit dataChanged(index(0, int(ValueColumn::value)), index(rowCount() - 1, int(ValueColumn::age)));
}

void ValuesModel::setNow(TimePoint now) {
  m_now = now;
  if (!m_rows.empty()) emit dataChanged(index(0, int(ValueColumn::age)), index(rowCount() - 1, int(ValueColumn::age)));
}

int ValuesModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(m_rows.size());
}
int ValuesModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kValueColumns;
}

QVariant ValuesModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const Row& row = m_rows[std::size_t(index.row())];
  const auto column = ValueColumn(index.column());
  switch (role) {
    case Qt::TextAlignmentRole:
      return int((column == ValueColumn::name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case Qt::ToolTipRole:
      return column == ValueColumn::age    ? phrases::moment(row.time, m_now)
             : column == ValueColumn::name ? QString::fromStdString(row.key)
                                           : row.value;
    case kValueMetricRole:
      return row.isMetric ? QString::fromStdString(row.key) : QString();
    case kValueOldRole:
      return m_newest - row.time > kOldAfter;
    case Qt::DisplayRole:
      break;
    default:
      return {};
  }
  switch (column) {
    case ValueColumn::name:
      return row.name;
    case ValueColumn::value:
      return row.value;
    case ValueColumn::age:
      return phrases::age(row.time, m_now);
  }
  return {};
}

QVariant ValuesModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  const auto column = ValueColumn(section);
  if (role == Qt::TextAlignmentRole) {
    return int((column == ValueColumn::name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  }
  if (role != Qt::DisplayRole) return {};
  switch (column) {
    case ValueColumn::name:
      return tr("Value");
    case ValueColumn::value:
      return tr("Latest");
    case ValueColumn::age:
      return tr("Age");
  }
  return {};
}

}  // namespace carport::ui
