#include "ui/widgets/charts/series_picker.h"

#include "ui/models/car_store.h"
#include "ui/models/phrases.h"
#include "ui/models/plain_tip.h"
#include "ui/widgets/style/metrics.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QScreen>
#include <QVBoxLayout>

#include <algorithm>

namespace carport::ui {

namespace {
constexpr QSize kPickerSize(480, 380);
constexpr int kCarNumberRole = Qt::UserRole;
constexpr int kMetricRole = Qt::UserRole;
}  // namespace

SeriesPicker::SeriesPicker(PlotBoard& board, const CarStore& store, QWidget* parent)
    : QFrame(parent, Qt::Popup), m_board(board), m_store(store) {
  setProperty("kind", "floating");
  setAccessibleName(tr("Choose what to plot"));
  resize(kPickerSize);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space::kPadding, space::kPadding, space::kPadding, space::kPadding);
  column->setSpacing(space::kInside);
  auto* row = new QHBoxLayout;
  row->setSpacing(space::kPadding);
  m_cars = addColumn(*row, tr("Search cars"), m_carSearch);
  m_metrics = addColumn(*row, tr("Search metrics"), m_metricSearch);
  m_cars->setAccessibleName(tr("Cars"));
  m_metrics->setAccessibleName(tr("Metrics"));
  m_hint = new QLabel(this);
  m_hint->setProperty("kind", "small");
  m_hint->setWordWrap(true);
  column->addLayout(row, 1);
  column->addWidget(m_hint);
  connect(m_carSearch, &QLineEdit::textChanged, this, &SeriesPicker::fillCars);
  connect(m_metricSearch, &QLineEdit::textChanged, this, &SeriesPicker::fillMetrics);
  connect(m_cars, &QListWidget::currentItemChanged, this, [this] {
    if (!m_isFilling) fillMetrics();
  });
  connect(m_metrics, &QListWidget::itemChanged, this, &SeriesPicker::onMetricChanged);
  // A click on the word does what a click on the box does.
  connect(m_metrics, &QListWidget::itemActivated, this, [](QListWidgetItem* item) {
    item->setCheckState(item->checkState() == Qt::Checked ? Qt::Unchecked : Qt::Checked);
  });
  connect(&board, &PlotBoard::metricNamesChanged, this, [this](PrincipalNumber car) {
    if (isVisible() && car == chosenCar()) fillMetrics();
  });
}

QListWidget* SeriesPicker::addColumn(QBoxLayout& row, const QString& title, QLineEdit*& search) {
  auto* column = new QVBoxLayout;
  column->setSpacing(space::kInside);
  search = new QLineEdit(this);
  search->setPlaceholderText(title);
  search->setAccessibleName(title);
  search->setClearButtonEnabled(true);
  search->installEventFilter(this);
  auto* list = new QListWidget(this);
  list->setFrameShape(QFrame::NoFrame);
  list->setTextElideMode(Qt::ElideRight);
  list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list->setUniformItemSizes(true);
  column->addWidget(search);
  column->addWidget(list, 1);
  row.addLayout(column, 1);
  return list;
}

void SeriesPicker::openFor(std::size_t plot, const QPoint& globalCorner) {
  m_plot = plot;
  m_carSearch->clear();
  m_metricSearch->clear();
  m_hint->clear();
  QPoint corner = globalCorner;
  if (const QScreen* shown = parentWidget() == nullptr ? nullptr : parentWidget()->screen()) {
    const QRect room = shown->availableGeometry();
    corner.setX(std::clamp(corner.x(), room.left(), std::max(room.left(), room.right() - width())));
    corner.setY(std::clamp(corner.y(), room.top(), std::max(room.top(), room.bottom() - height())));
  }
  move(corner);
  show();
  fillCars();
  m_metricSearch->setFocus();
}

PrincipalNumber SeriesPicker::chosenCar() const {
  const QListWidgetItem* item = m_cars->currentItem();
  return item == nullptr ? PrincipalNumber() : PrincipalNumber{item->data(kCarNumberRole).toUInt()};
}

void SeriesPicker::addCar(PrincipalNumber car) {
  auto* item = new QListWidgetItem(m_board.carName(car), m_cars);
  item->setData(kCarNumberRole, car.value);
  item->setToolTip(plainTip(m_board.carId(car)));
}

void SeriesPicker::fillCars() {
  const PrincipalNumber before = chosenCar() ? chosenCar() : m_board.car();
  const QString wanted = m_carSearch->text().trimmed().toLower();
  m_isFilling = true;
  m_cars->clear();
  // The page's own car stands first.
  const auto fits = [&](CarStore::Row row) { return m_store.searchText(row).contains(wanted); };
  const auto own = m_store.rowOf(m_board.car());
  if (own && fits(*own)) addCar(m_board.car());
  const auto numbers = m_store.numbers();
  for (CarStore::Row row = 0; row < numbers.size() && m_cars->count() < kMaxCars; ++row) {
    if (numbers[row] != m_board.car() && fits(row)) addCar(numbers[row]);
  }
  int chosen = 0;
  for (int row = 0; row < m_cars->count(); ++row) {
    if (m_cars->item(row)->data(kCarNumberRole).toUInt() == before.value) chosen = row;
  }
  m_cars->setCurrentRow(chosen);
  m_isFilling = false;
  fillMetrics();
}

bool SeriesPicker::isPlotted(const PlotSeriesId& id) const {
  if (m_plot >= m_board.plots().size()) return false;
  const PlotBoard::Plot& plot = m_board.plots()[m_plot];
  return std::any_of(plot.begin(), plot.end(), [&id](const PlotBoard::Series& series) { return series.id == id; });
}

void SeriesPicker::fillMetrics() {
  const PrincipalNumber car = chosenCar();
  m_isFilling = true;
  const QListWidgetItem* current = m_metrics->currentItem();
  const QString before = current == nullptr ? QString() : current->data(kMetricRole).toString();
  m_metrics->clear();
  if (car) {
    const QString wanted = m_metricSearch->text().trimmed();
    for (const std::string& metric : m_board.metricNames(car)) {
      const QString unit = phrases::metricUnit(metric);
      const QString name = phrases::metricName(metric);
      const QString text = unit.isEmpty() ? name : tr("%1 (%2)").arg(name, unit);
      const QString key = QString::fromStdString(metric);
      if (!text.contains(wanted, Qt::CaseInsensitive) && !key.contains(wanted, Qt::CaseInsensitive)) continue;
      auto* item = new QListWidgetItem(text, m_metrics);
      item->setToolTip(plainTip(key));
      item->setData(kMetricRole, key);
      item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable);
      item->setCheckState(isPlotted({car, metric}) ? Qt::Checked : Qt::Unchecked);
      if (key == before) m_metrics->setCurrentItem(item);
    }
  }
  m_isFilling = false;
}

void SeriesPicker::onMetricChanged(QListWidgetItem* item) {
  if (m_isFilling) return;
  const PlotSeriesId id{chosenCar(), item->data(kMetricRole).toString().toStdString()};
  m_hint->clear();
  if (item->checkState() != Qt::Checked) return m_board.removeSeries(m_plot, id);
  const QString refusal = m_board.addSeries(m_plot, id);
  m_hint->setText(refusal);
  if (refusal.isEmpty()) return;
  m_isFilling = true;
  item->setCheckState(Qt::Unchecked);
  m_isFilling = false;
}

bool SeriesPicker::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::KeyPress) {
    QListWidget* below = watched == m_carSearch ? m_cars : watched == m_metricSearch ? m_metrics : nullptr;
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (below != nullptr && (key == Qt::Key_Down || key == Qt::Key_Return)) {
      if (below->currentRow() < 0) below->setCurrentRow(0);
      below->setFocus();
      return true;
    }
  }
  return QFrame::eventFilter(watched, event);
}

}  // namespace carport::ui
