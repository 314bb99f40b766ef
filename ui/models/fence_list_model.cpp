#include "ui/models/fence_list_model.h"

#include "ui/models/fence_census.h"
#include "ui/models/fence_geometry.h"
#include "ui/models/fence_store.h"
#include "ui/models/plain_tip.h"

#include <algorithm>
#include <utility>

namespace carport::ui {

FenceListModel::FenceListModel(const FenceStore& store, const FenceCensus& census, QObject* parent)
    : QAbstractListModel(parent), m_store(store), m_census(census) {
  connect(&m_store, &FenceStore::changed, this, &FenceListModel::reload);
  connect(&m_census, &FenceCensus::counted, this, &FenceListModel::takeCounts);
  reload();
}

void FenceListModel::setSearch(const QString& text) {
  if (m_search == text.trimmed()) return;
  m_search = text.trimmed();
  reload();
}

void FenceListModel::reload() {
  std::vector<Row> rows;
  for (const api::Fence& fence : m_store.fences()) {
    Row row{fence.number,      QString::fromStdString(fence.name), QString::fromStdString(fence.note),
            int(fence.colour), fenceAreaSquareMetres(fence.shape), m_census.carsIn(fence.number)};
    const bool fits = m_search.isEmpty() || row.name.contains(m_search, Qt::CaseInsensitive) ||
                      row.note.contains(m_search, Qt::CaseInsensitive);
    if (fits) rows.push_back(std::move(row));
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.name.compare(b.name, Qt::CaseInsensitive) < 0; });
  beginResetModel();
  m_rows = std::move(rows);
  endResetModel();
}

void FenceListModel::takeCounts() {
  for (std::size_t n = 0; n < m_rows.size(); ++n) {
    const int cars = m_census.carsIn(m_rows[n].number);
    if (std::exchange(m_rows[n].cars, cars) == cars) continue;
    const QModelIndex changed = index(int(n));
    emit dataChanged(changed, changed, {kFenceCarsRole});
  }
}

int FenceListModel::rowOf(api::FenceNumber fence) const {
  const auto found =
      std::find_if(m_rows.begin(), m_rows.end(), [fence](const Row& row) { return row.number == fence; });
  return found == m_rows.end() ? -1 : int(found - m_rows.begin());
}

api::FenceNumber FenceListModel::numberAt(int row) const {
  return row >= 0 && row < rowCount() ? m_rows[std::size_t(row)].number : api::FenceNumber{};
}

std::vector<api::Fence> FenceListModel::shown() const {
  std::vector<api::Fence> fences;
  for (const Row& row : m_rows)
    if (const api::Fence* fence = m_store.find(row.number)) fences.push_back(*fence);
  return fences;
}

int FenceListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(m_rows.size());
}

QVariant FenceListModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const Row& row = m_rows[std::size_t(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return row.name;
    case Qt::AccessibleTextRole:
      return row.cars < 0    ? row.name
             : row.cars == 1 ? tr("%1, 1 car inside").arg(row.name)
                             : tr("%1, %2 cars inside").arg(row.name, QString::number(row.cars));
    case Qt::ToolTipRole:
      return row.note.isEmpty() ? QVariant() : QVariant(plainTip(row.note));
    case kFenceNumberRole:
      return qint64(row.number.value);
    case kFenceColourRole:
      return row.colour;
    case kFenceAreaRole:
      return row.area;
    case kFenceCarsRole:
      return row.cars;
    default:
      return {};
  }
}

}  // namespace carport::ui
