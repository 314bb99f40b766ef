#include "ui/models/car_filter_model.h"

#include "ui/models/car_table_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace carport::ui {

namespace {

/// Names as people order them: "Van 9" before "Van 10", whatever the case. Runs of digits compare by their value.
int compareNames(QStringView left, QStringView right) {
  const auto digits = [](QStringView text) {
    qsizetype count = 0;
    while (count < text.size() && text[count] >= u'0' && text[count] <= u'9') ++count;
    return text.first(count);
  };
  const auto withoutZeros = [](QStringView number) {
    while (number.size() > 1 && number.front() == u'0') number = number.sliced(1);
    return number;
  };
  while (!left.isEmpty() && !right.isEmpty()) {
    const QStringView leftRun = digits(left);
    const QStringView rightRun = digits(right);
    if (!leftRun.isEmpty() && !rightRun.isEmpty()) {
      const QStringView a = withoutZeros(leftRun);
      const QStringView b = withoutZeros(rightRun);
      if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
      if (const int order = a.compare(b); order != 0) return order;
      left = left.sliced(leftRun.size());
      right = right.sliced(rightRun.size());
      continue;
    }
    const QChar a = left.front().toCaseFolded();
    const QChar b = right.front().toCaseFolded();
    if (a != b) return a < b ? -1 : 1;
    left = left.sliced(1);
    right = right.sliced(1);
  }
  return int(!left.isEmpty()) - int(!right.isEmpty());
}

/// Unknown figures sort behind known ones.
template <class T>
int compareFigures(T left, T right) {
  const bool leftKnown = left == left;
  const bool rightKnown = right == right;
  if (!leftKnown || !rightKnown) return int(rightKnown) - int(leftKnown);
  return left < right ? -1 : int(right < left);
}

}  // namespace

CarFilterModel::CarFilterModel(CarTableModel& source, QObject* parent)
    : QAbstractProxyModel(parent), m_source(source), m_store(source.store()) {
  setSourceModel(&source);
  connect(&source, &QAbstractItemModel::modelReset, this, [this] { resetTo(wanted()); });
  connect(&source, &QAbstractItemModel::dataChanged, this, &CarFilterModel::onSourceChanged);
  connect(&m_updateTimer, &QTimer::timeout, this, &CarFilterModel::update);
  m_updateTimer.start(kUpdateEveryMs);
  resetTo(wanted());
}

void CarFilterModel::setText(const QString& text) {
  const QStringList words = text.toLower().split(u' ', Qt::SkipEmptyParts);
  if (words == m_words) return;
  m_words = words;
  update();
}

void CarFilterModel::setActivity(std::optional<api::Activity> activity) {
  if (activity == m_activity) return;
  m_activity = activity;
  update();
}

bool CarFilterModel::accepts(CarStore::Row row) const {
  if (m_activity && m_store.activities()[row] != *m_activity) return false;
  const QString& text = m_store.searchText(row);
  return std::all_of(m_words.begin(), m_words.end(), [&](const QString& word) { return text.contains(word); });
}

bool CarFilterModel::less(CarStore::Row left, CarStore::Row right) const {
  int order = 0;
  switch (CarColumn(m_sortColumn)) {
    case CarColumn::car:
      order = compareNames(m_store.label(left), m_store.label(right));
      break;
    case CarColumn::activity:
      order = int(m_store.activities()[left]) - int(m_store.activities()[right]);
      break;
    case CarColumn::speed:
      order = compareFigures(m_store.speeds()[left], m_store.speeds()[right]);
      break;
    // Ascending age is descending time; what was never heard of is oldest.
    case CarColumn::age:
      order = compareFigures(m_store.timesMs()[right], m_store.timesMs()[left]);
      break;
    case CarColumn::position:
      order = compareFigures(m_store.latitudes()[left], m_store.latitudes()[right]);
      break;
    case CarColumn::battery:
      order = compareFigures(m_store.batteries()[left], m_store.batteries()[right]);
      break;
    case CarColumn::groups:
      order = m_store.groups(left).join(' ').compare(m_store.groups(right).join(' '));
      break;
  }
  if (order != 0) return m_sortOrder == Qt::AscendingOrder ? order < 0 : order > 0;
  return left < right;
}

std::vector<CarStore::Row> CarFilterModel::wanted() const {
  std::vector<CarStore::Row> rows;
  rows.reserve(m_store.size());
  for (CarStore::Row row = 0; row < m_store.size(); ++row) {
    if (accepts(row)) rows.push_back(row);
  }
  std::sort(rows.begin(), rows.end(), [this](CarStore::Row a, CarStore::Row b) { return less(a, b); });
  return rows;
}

void CarFilterModel::update() {
  // Between the store's reset and the source's own there is nothing to map to.
  if (std::size_t(m_source.rowCount()) == m_store.size()) apply(wanted());
}

void CarFilterModel::apply(std::vector<CarStore::Row> rows) {
  if (rows == m_order) return;
  if (rows.size() == m_order.size() &&
      std::all_of(rows.begin(), rows.end(), [this](CarStore::Row row) { return m_places[row] >= 0; })) {
    return reorder(std::move(rows));
  }
  resetTo(std::move(rows));
}

void CarFilterModel::resetTo(std::vector<CarStore::Row> rows) {
  beginResetModel();
  m_order = std::move(rows);
  indexPlaces();
  endResetModel();
}

void CarFilterModel::reorder(std::vector<CarStore::Row> rows) {
  emit layoutAboutToBeChanged({}, VerticalSortHint);
  const QModelIndexList before = persistentIndexList();
  std::vector<CarStore::Row> sources;
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
  return parent.isValid() ? 0 : kCarColumns;
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

void CarFilterModel::sort(int column, Qt::SortOrder order) {
  if (column < 0 || column >= kCarColumns) return;
  m_sortColumn = column;
  m_sortOrder = order;
  update();
}

}  // namespace carport::ui
