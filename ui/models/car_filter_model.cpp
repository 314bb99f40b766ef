#include "ui/models/car_filter_model.h"

#include "ui/models/car_cells.h"
#include "ui/models/car_matcher.h"
#include "ui/models/car_table_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace carport::ui {

namespace {

struct RowRange {
  int first;
  int last;
};

/// The rows for which `belongs` holds, as ranges.
template <class F>
std::vector<RowRange> rangesWhere(int rows, F belongs) {
  std::vector<RowRange> ranges;
  for (int row = 0; row < rows; ++row) {
    if (!belongs(row)) continue;
    if (!ranges.empty() && ranges.back().last + 1 == row) {
      ranges.back().last = row;
    } else {
      ranges.push_back({row, row});
    }
  }
  return ranges;
}

}  // namespace

CarFilterModel::CarFilterModel(CarTableModel& source, QObject* parent)
    : QAbstractProxyModel(parent), m_source(source), m_store(source.store()) {
  setSourceModel(&source);
  connect(&source, &QAbstractItemModel::modelReset, this, [this] {
    sortAll();
    resetTo(wanted());
  });
  connect(&source, &QAbstractItemModel::dataChanged, this, &CarFilterModel::onSourceChanged);
  connect(&m_updateTimer, &QTimer::timeout, this, &CarFilterModel::update);
  m_updateTimer.start(kUpdateEveryMs);
  sortAll();
  resetTo(wanted());
}

void CarFilterModel::setQuery(const CarQuery& query) {
  if (query == m_query) return;
  m_query = query;
  if (isSourceReady()) apply(wanted());
}

void CarFilterModel::setText(const QString& text) {
  setQuery(CarQuery::parse(text, CarWords::of(m_store)));
}

void CarFilterModel::sortAll() {
  struct Keyed {
    double key;
    CarStore::Row row;
  };
  const std::vector<double> keys = carSortKeys(m_store, m_sortColumn);
  std::vector<Keyed> keyed;
  keyed.reserve(keys.size());
  for (CarStore::Row row = 0; row < keys.size(); ++row) keyed.push_back({keys[row], row});
  const bool ascending = m_sortOrder == Qt::AscendingOrder;
  // What is unknown comes last in either order: nobody sorts to see it.
  std::sort(keyed.begin(), keyed.end(), [ascending](const Keyed& a, const Keyed& b) {
    const bool aKnown = !std::isnan(a.key);
    const bool bKnown = !std::isnan(b.key);
    if (aKnown != bKnown) return aKnown;
    if (!aKnown || a.key == b.key) return a.row < b.row;
    return ascending ? a.key < b.key : a.key > b.key;
  });
  m_sorted.resize(keyed.size());
  std::transform(keyed.begin(), keyed.end(), m_sorted.begin(), [](const Keyed& car) { return car.row; });
}

CarFilterModel::Rows CarFilterModel::wanted() const {
  if (m_query.terms().empty()) return m_sorted;
  const CarMatcher matcher(m_query, m_store);
  Rows rows;
  rows.reserve(m_sorted.size());
  for (const CarStore::Row row : m_sorted) {
    if (matcher.accepts(row)) rows.push_back(row);
  }
  return rows;
}

bool CarFilterModel::isSourceReady() const {
  // Between the store's reset and the source's own there is nothing to map to.
  return std::size_t(m_source.rowCount()) == m_store.size() && m_sorted.size() == m_store.size();
}

void CarFilterModel::update() {
  if (!isSourceReady()) return;
  if (!areSortKeysSteady(m_sortColumn)) sortAll();
  apply(wanted());
}

void CarFilterModel::apply(Rows rows) {
  if (rows == m_order) return;
  std::vector<bool> stays(m_store.size(), false);
  for (const CarStore::Row row : rows) stays[row] = true;
  const auto gone = rangesWhere(rowCount(), [&](int row) { return !stays[m_order[std::size_t(row)]]; });
  const auto fresh = rangesWhere(int(rows.size()), [&](int row) { return m_places[rows[std::size_t(row)]] < 0; });
  if (gone.size() + fresh.size() > kMaxSteps) return resetTo(std::move(rows));
  removeAbsent(stays);
  Rows staying;
  staying.reserve(m_order.size());
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(staying),
               [this](CarStore::Row row) { return m_places[row] >= 0; });
  if (staying != m_order) reorder(std::move(staying));
  insertFresh(rows);
}

void CarFilterModel::removeAbsent(const std::vector<bool>& stays) {
  const auto gone = rangesWhere(rowCount(), [&](int row) { return !stays[m_order[std::size_t(row)]]; });
  for (auto range = gone.rbegin(); range != gone.rend(); ++range) {
    beginRemoveRows({}, range->first, range->last);
    m_order.erase(m_order.begin() + range->first, m_order.begin() + range->last + 1);
    indexPlaces();
    endRemoveRows();
  }
}

void CarFilterModel::insertFresh(const Rows& rows) {
  const auto fresh = rangesWhere(int(rows.size()), [&](int row) { return m_places[rows[std::size_t(row)]] < 0; });
  for (const RowRange& range : fresh) {
    beginInsertRows({}, range.first, range.last);
    m_order.insert(m_order.begin() + range.first, rows.begin() + range.first, rows.begin() + range.last + 1);
    indexPlaces();
    endInsertRows();
  }
}

void CarFilterModel::resetTo(Rows rows) {
  beginResetModel();
  m_order = std::move(rows);
  indexPlaces();
  endResetModel();
}

void CarFilterModel::reorder(Rows rows) {
  emit layoutAboutToBeChanged({}, VerticalSortHint);
  const QModelIndexList before = persistentIndexList();
  Rows sources;
  sources.reserve(std::size_t(before.size()));
  for (const QModelIndex& proxy : before) sources.push_back(m_order[std::size_t(proxy.row())]);
  m_order = std::move(rows);
  indexPlaces();
  QModelIndexList after;
  after.reserve(before.size());
  for (qsizetype i = 0; i < before.size(); ++i) {
    after.append(createIndex(m_places[sources[std::size_t(i)]], before[i].column()));
  }
  changePersistentIndexList(before, after);
  emit layoutChanged({}, VerticalSortHint);
}

void CarFilterModel::indexPlaces() {
  m_places.assign(m_store.size(), -1);
  for (std::size_t place = 0; place < m_order.size(); ++place) m_places[m_order[place]] = int(place);
}

void CarFilterModel::onSourceChanged(const QModelIndex& topLeft, const QModelIndex& bottomRight,
                                     const QList<int>& roles) {
  int first = rowCount();
  int last = -1;
  for (int row = topLeft.row(); row <= bottomRight.row(); ++row) {
    const int place = m_places[std::size_t(row)];
    if (place < 0) continue;
    first = std::min(first, place);
    last = std::max(last, place);
  }
  if (last < 0) return;
  // One range: views repaint only what they show of it.
  emit dataChanged(index(first, topLeft.column()), index(last, bottomRight.column()), roles);
}

QModelIndex CarFilterModel::indexOf(PrincipalNumber car) const {
  const auto row = m_store.rowOf(car);
  if (!row || *row >= m_places.size() || m_places[*row] < 0) return {};
  return createIndex(m_places[*row], 0);
}

int CarFilterModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(m_order.size());
}
int CarFilterModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : m_source.columnCount();
}

QModelIndex CarFilterModel::index(int row, int column, const QModelIndex& parent) const {
  return hasIndex(row, column, parent) ? createIndex(row, column) : QModelIndex();
}

QModelIndex CarFilterModel::mapFromSource(const QModelIndex& source) const {
  if (!source.isValid() || std::size_t(source.row()) >= m_places.size()) return {};
  const int place = m_places[std::size_t(source.row())];
  return place < 0 ? QModelIndex() : createIndex(place, source.column());
}

QModelIndex CarFilterModel::mapToSource(const QModelIndex& proxy) const {
  if (!proxy.isValid() || std::size_t(proxy.row()) >= m_order.size()) return {};
  return m_source.index(int(m_order[std::size_t(proxy.row())]), proxy.column());
}

QVariant CarFilterModel::headerData(int section, Qt::Orientation orientation, int role) const {
  // Also where no car is shown, of which the base would ask which column it is.
  return m_source.headerData(section, orientation, role);
}

void CarFilterModel::sort(int column, Qt::SortOrder order) {
  if (column < 0 || column >= columnCount()) return;
  sortBy(m_source.columns()[std::size_t(column)], order);
}

void CarFilterModel::sortBy(const CarColumnSpec& column, Qt::SortOrder order) {
  m_sortColumn = column;
  m_sortOrder = order;
  if (!isSourceReady()) return;
  sortAll();
  apply(wanted());
}

}  // namespace carport::ui
