#include "ui/widgets/cars/cars_table.h"

#include "ui/models/car_roles.h"
#include "ui/widgets/cars/car_delegate.h"
#include "ui/widgets/common/tables.h"
#include "ui/widgets/style/metrics.h"

#include <QApplication>
#include <QClipboard>
#include <QFontInfo>
#include <QHeaderView>
#include <QKeyEvent>

#include <algorithm>
#include <array>

namespace carport::ui {

namespace {
/// What is told of has the car's page laid out and filled, which would hold up an arrow key that repeats or is tapped.
constexpr int kTellAfterMs = 150;

/// Keys that walk from car to car.
bool isStep(int key) {
  using namespace Qt;
  constexpr std::array kSteps{Key_Up, Key_Down, Key_PageUp, Key_PageDown, Key_Home, Key_End};
  return std::find(kSteps.begin(), kSteps.end(), key) != kSteps.end();
}
}  // namespace

CarsTable::CarsTable(CarStore& store, QWidget* parent)
    : QTableView(parent), m_cars(store), m_filtered(m_cars), m_store(store) {
  setModel(&m_filtered);
  setSelectionMode(QAbstractItemView::ExtendedSelection);
  setAccessibleName(tr("Cars"));
  prepareTable(*this);
  setItemDelegate(new CarDelegate(m_cars, *this));
  setContextMenuPolicy(Qt::CustomContextMenu);
  QHeaderView* header = horizontalHeader();
  header->setSectionsMovable(true);
  header->setContextMenuPolicy(Qt::CustomContextMenu);
  header->setSortIndicatorClearable(false);
  setSortingEnabled(true);
  showView(usualCarView());
  m_tellSoon.setSingleShot(true);
  m_tellSoon.setInterval(kTellAfterMs);
  connect(&m_tellSoon, &QTimer::timeout, this, &CarsTable::tellChosen);
  connect(selectionModel(), &QItemSelectionModel::selectionChanged, this, &CarsTable::onSelection);
  connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) {
    if (current.isValid() && !m_restoring) m_current = carAt(current);
  });
  connect(this, &QTableView::clicked, this, [this](const QModelIndex& index) {
    if (m_chosen.size() != 1) return;
    m_tellSoon.stop();
    m_told = carAt(index);
    emit carSelected(m_told);
  });
  connect(this, &QTableView::activated, this, [this](const QModelIndex& index) { emit carActivated(carAt(index)); });
  connect(&m_filtered, &QAbstractItemModel::modelReset, this, &CarsTable::restoreSelection);
  connect(header, &QHeaderView::sortIndicatorChanged, this, &CarsTable::shownViewChanged);
  connect(header, &QHeaderView::sectionMoved, this, &CarsTable::shownViewChanged);
}

PrincipalNumber CarsTable::carAt(const QModelIndex& index) const {
  return PrincipalNumber{index.data(kCarNumberRole).toUInt()};
}

double CarsTable::textScale() const {
  return QFontInfo(font()).pixelSize() / static_cast<double>(TextSize::body);
}

void CarsTable::showView(const CarView& view) {
  const double scale = textScale();
  m_cars.setColumns(view.columns);
  QHeaderView* header = horizontalHeader();
  const QSignalBlocker quiet(header);
  // The model's order is the one that is seen from now on.
  for (int column = 0; column < header->count(); ++column) header->moveSection(header->visualIndex(column), column);
  for (int column = 0; column < static_cast<int>(m_cars.columns().size()); ++column) {
    const int width =
        column < view.widths.size() ? view.widths[column] : m_cars.columns()[std::size_t(column)].usualWidth();
    header->resizeSection(column, qRound(width * scale));
  }
  m_filtered.sortBy(view.sortColumn, view.descending ? Qt::DescendingOrder : Qt::AscendingOrder);
  showSortArrow();
  updateGeometries();
  viewport()->update();
  header->viewport()->update();
}

void CarsTable::showSortArrow() {
  const CarColumns& columns = m_cars.columns();
  const auto sorted = std::find(columns.begin(), columns.end(), m_filtered.sortColumn());
  const int section = sorted == columns.end() ? -1 : static_cast<int>(sorted - columns.begin());
  horizontalHeader()->setSortIndicator(section, m_filtered.sortOrder());
}

CarView CarsTable::shownView() const {
  CarView view;
  const QHeaderView* header = horizontalHeader();
  for (int place = 0; place < header->count(); ++place) {
    const int column = header->logicalIndex(place);
    if (column >= static_cast<int>(m_cars.columns().size())) continue;
    view.columns.push_back(m_cars.columns()[std::size_t(column)]);
    // The last one fills what is left: that is no wish of anybody.
    const bool isLast = place + 1 == header->count();
    const int width = isLast ? view.columns.back().usualWidth() : qRound(header->sectionSize(column) / textScale());
    view.widths.append(width);
  }
  view.sortColumn = m_filtered.sortColumn();
  view.descending = m_filtered.sortOrder() == Qt::DescendingOrder;
  return view;
}

void CarsTable::setColumns(const CarColumns& columns) {
  const CarView before = shownView();
  CarView after = before;
  after.columns = columns;
  after.widths.clear();
  for (const CarColumnSpec& column : columns) {
    const auto old = std::find(before.columns.begin(), before.columns.end(), column);
    after.widths.append(old == before.columns.end() ? column.usualWidth()
                                                    : before.widths[old - before.columns.begin()]);
  }
  showView(after);
  emit shownViewChanged();
}

void CarsTable::readChosen() {
  m_chosen.clear();
  for (const QItemSelectionRange& range : selectionModel()->selection()) {
    for (int row = range.top(); row <= range.bottom(); ++row)
      m_chosen.insert(m_store.numbers()[m_filtered.storeRow(row)].value);
  }
  emit chosenChanged();
}

void CarsTable::onSelection() {
  if (m_restoring) return;
  readChosen();
  if (m_chosen.size() == 1) return m_tellSoon.start();
  m_tellSoon.stop();
  m_told = {};
}

void CarsTable::tellChosen() {
  m_tellSoon.stop();
  if (m_chosen.size() != 1) return;
  const PrincipalNumber car{*m_chosen.cbegin()};
  if (car == m_told) return;
  m_told = car;
  emit carSelected(car);
}

void CarsTable::tellAtOnce() {
  if (m_tellSoon.isActive()) tellChosen();
}

void CarsTable::restoreSelection() {
  std::vector<PrincipalNumber> cars;
  for (const quint32 car : std::as_const(m_chosen)) cars.push_back(PrincipalNumber{car});
  m_restoring = true;
  if (const QModelIndex current = m_filtered.indexOf(m_current); current.isValid())
    selectionModel()->setCurrentIndex(current, QItemSelectionModel::NoUpdate);
  m_restoring = false;
  std::vector<int> rows;
  for (const PrincipalNumber car : cars) {
    if (const QModelIndex index = m_filtered.indexOf(car); index.isValid()) rows.push_back(index.row());
  }
  std::sort(rows.begin(), rows.end());
  QItemSelection selection;
  const int lastColumn = m_filtered.columnCount() - 1;
  for (std::size_t first = 0; first < rows.size();) {
    std::size_t last = first;
    while (last + 1 < rows.size() && rows[last + 1] == rows[last] + 1) ++last;
    selection.select(m_filtered.index(rows[first], 0), m_filtered.index(rows[last], lastColumn));
    first = last + 1;
  }
  m_restoring = true;
  selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
  m_restoring = false;
  // Those that are filtered away are let go: nobody changes what he does not see.
  if (rows.size() != cars.size()) readChosen();
}

void CarsTable::chooseCars(const std::vector<PrincipalNumber>& cars) {
  m_chosen.clear();
  for (const PrincipalNumber car : cars) m_chosen.insert(car.value);
  m_current = cars.empty() ? PrincipalNumber{} : cars.front();
  restoreSelection();
  if (const QModelIndex first = m_filtered.indexOf(m_current); first.isValid()) scrollTo(first);
  emit chosenChanged();
}

std::vector<CarStore::Row> CarsTable::chosenRows() const {
  std::vector<CarStore::Row> rows;
  rows.reserve(std::size_t(m_chosen.size()));
  for (int row = 0; row < m_filtered.rowCount() && !m_chosen.isEmpty(); ++row) {
    const CarStore::Row car = m_filtered.storeRow(row);
    if (m_chosen.contains(m_store.numbers()[car].value)) rows.push_back(car);
  }
  return rows;
}

QStringList CarsTable::chosenIds() const {
  QStringList ids;
  for (const CarStore::Row row : chosenRows()) ids.append(m_store.id(row));
  return ids;
}

std::vector<PrincipalNumber> CarsTable::chosenCars() const {
  std::vector<PrincipalNumber> cars;
  for (const CarStore::Row row : chosenRows()) cars.push_back(m_store.numbers()[row]);
  return cars;
}

std::vector<CarStore::Row> CarsTable::rowsInSight() const {
  std::vector<CarStore::Row> rows;
  const int first = rowAt(0);
  const int lastSeen = rowAt(viewport()->height() - 1);
  const int last = lastSeen < 0 ? m_filtered.rowCount() - 1 : lastSeen;
  for (int row = std::max(first, 0); row <= last; ++row) rows.push_back(m_filtered.storeRow(row));
  return rows;
}

int CarsTable::copy(CarTextForm form) {
  std::vector<CarStore::Row> rows = chosenRows();
  if (rows.empty()) {
    for (int row = 0; row < m_filtered.rowCount(); ++row) rows.push_back(m_filtered.storeRow(row));
  }
  QApplication::clipboard()->setText(carsAsText(m_store, rows, shownView().columns, form));
  return static_cast<int>(std::min(rows.size(), kMaxCarsAsText));
}

bool CarsTable::event(QEvent* event) {
  // Enter, the key of another page, or Esc for the drawer: whoever is told of the car later would open the drawer after
  // it. Every key comes by here before it does anything.
  if (event->type() == QEvent::ShortcutOverride && !isStep(static_cast<QKeyEvent*>(event)->key())) tellAtOnce();
  return QTableView::event(event);
}

void CarsTable::keyPressEvent(QKeyEvent* event) {
  if (event->matches(QKeySequence::Copy)) return emit copyRequested(CarTextForm::tabs);
  if (event->key() == Qt::Key_C && event->modifiers() == (Qt::ControlModifier | Qt::ShiftModifier))
    return emit copyRequested(CarTextForm::csv);
  if (event->key() == Qt::Key_Escape && m_chosen.size() > 1) return clearSelection();
  QTableView::keyPressEvent(event);
}

}  // namespace carport::ui
