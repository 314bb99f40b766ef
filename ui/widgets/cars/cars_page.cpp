#include "ui/widgets/cars/cars_page.h"

#include "ui/client/gateway_client.h"
#include "ui/models/car_roles.h"
#include "ui/models/fleet_feed.h"
#include "ui/models/phrases.h"
#include "ui/widgets/cars/add_car_form.h"
#include "ui/widgets/cars/car_delegate.h"
#include "ui/widgets/common/drawer_host.h"
#include "ui/widgets/common/empty_state.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/common/page_header.h"
#include "ui/widgets/common/tables.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <array>

namespace carport::ui {

namespace {
enum State : int { kTable, kNoCars, kNoMatch };
constexpr int kFilterWidth = 260;
constexpr std::array<int, kCarColumns> kColumnWidths{210, 140, 90, 110, 170, 80, 160};
}  // namespace

CarsPage::CarsPage(GatewayClient& client, CarStore& store, FleetFeed& feed, DrawerHost& drawer, QWidget* parent)
    : QWidget(parent),
      m_client(client),
      m_store(store),
      m_feed(feed),
      m_drawer(drawer),
      m_cars(store),
      m_filtered(m_cars) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space::kPage, space::kPage, space::kPage, 0);
  column->setSpacing(space::kGroup);
  m_header = new PageHeader(tr("Cars"), this);
  m_header->addControl(makeFilters());
  auto* add = new QPushButton(themedIcon(QStringLiteral("plus"), IconRole::onAccent), tr("Add car"), this);
  add->setProperty("kind", "primary");
  connect(add, &QPushButton::clicked, this, &CarsPage::addCar);
  m_header->addControl(add);
  m_notice = new Notice(this);
  m_states = new QStackedWidget(this);
  column->addWidget(m_header);
  column->addWidget(m_notice);
  column->addWidget(m_states, 1);
  setUpTable();
  setUpStates();
  connect(&m_store, &CarStore::reset, this, &CarsPage::updateState);
  connect(&m_feed, &FleetFeed::loadingChanged, this, &CarsPage::updateState);
  connect(&m_filtered, &QAbstractItemModel::modelReset, this, &CarsPage::restoreSelection);
  connect(&m_client, &GatewayClient::connectionStateChanged, this, &CarsPage::updateState);
  updateState();
}

QWidget* CarsPage::makeFilters() {
  auto* filters = new QWidget(this);
  auto* row = new QHBoxLayout(filters);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(space::kInside);
  m_filter = new QLineEdit(filters);
  m_filter->setPlaceholderText(tr("Name, id or group"));
  m_filter->setAccessibleName(tr("Filter cars"));
  m_filter->setClearButtonEnabled(true);
  m_filter->setFixedWidth(kFilterWidth);
  m_filter->addAction(themedIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
  m_activity = new QComboBox(filters);
  m_activity->setAccessibleName(tr("Show cars that are"));
  m_activity->addItem(tr("All states"), -1);
  for (const auto activity : {api::Activity::driving, api::Activity::idling, api::Activity::parked,
                              api::Activity::silent, api::Activity::alarm}) {
    m_activity->addItem(phrases::activity(activity), static_cast<int>(activity));
  }
  row->addWidget(m_filter);
  row->addWidget(m_activity);
  connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) {
    m_filtered.setText(text);
    updateState();
  });
  connect(m_activity, &QComboBox::currentIndexChanged, this, [this] {
    const int value = m_activity->currentData().toInt();
    m_filtered.setActivity(value < 0 ? std::nullopt : std::optional(static_cast<api::Activity>(value)));
    updateState();
  });
  return filters;
}

void CarsPage::setUpTable() {
  m_table = new QTableView(this);
  m_table->setModel(&m_filtered);
  m_table->setSelectionMode(QAbstractItemView::SingleSelection);
  m_table->setSortingEnabled(true);
  m_table->setAccessibleName(tr("Cars"));
  prepareTable(*m_table, kColumnWidths);
  m_table->setItemDelegateForColumn(static_cast<int>(CarColumn::activity), new CarDelegate(m_table));
  m_table->sortByColumn(static_cast<int>(CarColumn::car), Qt::AscendingOrder);
  connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) {
    if (!current.isValid()) return;
    const PrincipalNumber car{current.data(kCarNumberRole).toUInt()};
    if (car == m_selected) return;
    m_selected = car;
    emit carSelected(car);
  });
  connect(m_table, &QTableView::clicked, this,
          [this](const QModelIndex& index) { emit carSelected(PrincipalNumber{index.data(kCarNumberRole).toUInt()}); });
  connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) {
    emit carActivated(PrincipalNumber{index.data(kCarNumberRole).toUInt()});
  });
  connect(m_table->verticalScrollBar(), &QScrollBar::valueChanged, this, &CarsPage::watchVisible);
}

void CarsPage::setUpStates() {
  m_noCars = new EmptyState(QStringLiteral("cars"), {}, {}, tr("Add car"), this);
  connect(m_noCars, &EmptyState::actionRequested, this, &CarsPage::addCar);
  auto* noMatch = new EmptyState(QStringLiteral("filter"), tr("No car matches"),
                                 tr("Every word of the filter has to be in the car's id, name or group."),
                                 tr("Clear filter"), this);
  connect(noMatch, &EmptyState::actionRequested, this, [this] {
    m_filter->clear();
    m_activity->setCurrentIndex(0);
  });
  m_states->insertWidget(kTable, m_table);
  m_states->insertWidget(kNoCars, m_noCars);
  m_states->insertWidget(kNoMatch, noMatch);
}

void CarsPage::updateState() {
  const auto all = static_cast<int>(m_store.size());
  const int shown = m_filtered.rowCount();
  if (all == 0) {
    if (m_client.isConnected()) {
      m_noCars->setText(tr("No cars yet"), tr("Add a car to get the name and password that it signs in with. "
                                              "It shows up here and on the map with its first message."));
    } else {
      m_noCars->setText(tr("Not connected"), tr("The cars appear as soon as the gateway answers."));
    }
    m_header->setRemark(m_feed.isLoading() ? tr("Loading…") : QString());
    m_states->setCurrentIndex(m_feed.isLoading() ? kTable : kNoCars);
  } else {
    m_header->setRemark(shown == all ? tr("%L1 cars").arg(all) : tr("%L1 of %L2 cars").arg(shown).arg(all));
    m_states->setCurrentIndex(shown == 0 ? kNoMatch : kTable);
  }
  if (m_feed.trouble().isEmpty()) {
    m_notice->clear();
  } else {
    m_notice->showError(m_feed.trouble());
  }
  watchVisible();
}

void CarsPage::watchVisible() {
  std::vector<PrincipalNumber> visible;
  if (isVisible() && m_states->currentIndex() == kTable) {
    const int first = m_table->rowAt(0);
    const int lastSeen = m_table->rowAt(m_table->viewport()->height() - 1);
    const int last = lastSeen < 0 ? m_filtered.rowCount() - 1 : lastSeen;
    for (int row = qMax(first, 0); row <= last && visible.size() < FleetFeed::kMaxVisible; ++row) {
      visible.push_back(PrincipalNumber{m_filtered.index(row, 0).data(kCarNumberRole).toUInt()});
    }
  }
  m_feed.setVisibleCars(visible);
}

void CarsPage::restoreSelection() {
  const QModelIndex index = m_filtered.indexOf(m_selected);
  if (index.isValid()) m_table->setCurrentIndex(index);
  updateState();
}

void CarsPage::focusFilter() {
  m_filter->setFocus(Qt::ShortcutFocusReason);
  m_filter->selectAll();
}

void CarsPage::addCar() {
  m_drawer.openDrawer(tr("Add car"), new AddCarForm(m_client));
}

void CarsPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  watchVisible();
}

void CarsPage::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  watchVisible();
}

void CarsPage::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  watchVisible();
}

}  // namespace carport::ui
