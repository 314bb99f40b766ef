#include "ui/widgets/cars/cars_page.h"

#include "ui/client/gateway_client.h"
#include "ui/models/fleet_feed.h"
#include "ui/widgets/cars/add_car_form.h"
#include "ui/widgets/cars/car_search_field.h"
#include "ui/widgets/cars/cars_table.h"
#include "ui/widgets/cars/state_chips.h"
#include "ui/widgets/common/drawer_host.h"
#include "ui/widgets/common/elided_label.h"
#include "ui/widgets/common/empty_state.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/common/page_header.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QHeaderView>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace carport::ui {

namespace {
enum CarsPageState { kTable, kNoCars, kNoGateway, kNoMatch };
constexpr int kKeepAfterMs = 1'000;
}  // namespace

CarsPage::CarsPage(GatewayClient& client, CarStore& store, FleetFeed& feed, DrawerHost& drawer, QWidget* parent)
    : QWidget(parent), m_client(client), m_store(store), m_feed(feed), m_drawer(drawer), m_states(client, store) {
  m_views.last = usualCarView();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space::kPage, space::kPage, space::kPage, 0);
  column->setSpacing(space::kInside);
  m_table = new CarsTable(store, this);
  setUpHeader();
  m_notice = new Notice(this);
  column->addWidget(m_header);
  column->addWidget(m_notice);
  setUpSearch(*column);
  m_stack = new QStackedWidget(this);
  column->addWidget(m_stack, 1);
  column->addWidget(makeChosenBar());
  setUpTable();
  setUpStates();
  m_keepSoon.setSingleShot(true);
  m_keepSoon.setInterval(kKeepAfterMs);
  connect(&m_keepSoon, &QTimer::timeout, this, &CarsPage::keepViews);
  connect(&m_store, &CarStore::reset, this, &CarsPage::readSearch);
  connect(&m_store, &CarStore::metricNamesChanged, this, &CarsPage::readSearch);
  connect(&m_feed, &FleetFeed::loadingChanged, this, &CarsPage::updateConnection);
  connect(&m_client, &GatewayClient::connectionStateChanged, this, &CarsPage::updateConnection);
  connect(&m_states, &CarStateLoader::progressed, this, &CarsPage::updateCoverage);
  updateConnection();
  updateChosen();
}

CarsPage::~CarsPage() {
  // What they still say on their way out is of no interest any more.
  m_table->disconnect(this);
  m_table->filtered().disconnect(this);
  m_search->disconnect(this);
}

void CarsPage::setUpHeader() {
  m_header = new PageHeader(tr("Cars"), this);
  m_viewsButton = new QPushButton(tr("Views"), this);
  m_viewsMenu = new QMenu(m_viewsButton);
  m_viewsButton->setMenu(m_viewsMenu);
  connect(m_viewsMenu, &QMenu::aboutToShow, this, &CarsPage::fillViewsMenu);
  auto* columns = new QPushButton(tr("Columns"), this);
  m_columnsMenu = new QMenu(columns);
  m_columnsMenu->setToolTipsVisible(true);
  columns->setMenu(m_columnsMenu);
  connect(m_columnsMenu, &QMenu::aboutToShow, this, &CarsPage::fillColumnsMenu);
  auto* add = new QPushButton(themedIcon(QStringLiteral("plus"), IconRole::onAccent), tr("Add car"), this);
  add->setProperty("kind", "primary");
  connect(add, &QPushButton::clicked, this, &CarsPage::addCar);
  m_header->addControl(m_viewsButton);
  m_header->addControl(columns);
  m_header->addControl(add);
}

void CarsPage::setUpSearch(QVBoxLayout& column) {
  m_search = new CarSearchField(this);
  m_search->setWords([this] { return CarWords::of(m_store); });
  m_chips = new StateChips(m_store, this);
  m_problem = new ElidedLabel(this);
  m_problem->setProperty("kind", "error");
  m_problem->setAccessibleName(tr("What the search could not be read for"));
  m_problem->hide();
  column.addWidget(m_search);
  column.addWidget(m_problem);
  column.addWidget(m_chips, 0, Qt::AlignLeft);
  m_coverage = new ElidedLabel(this);
  m_coverage->setProperty("kind", "muted");
  m_coverage->hide();
  column.addWidget(m_coverage);
  connect(m_search, &QLineEdit::textChanged, this, &CarsPage::search);
  connect(m_search, &CarSearchField::tableWanted, this, [this] {
    m_table->setFocus(Qt::TabFocusReason);
    if (m_table->chosenCount() == 0 && m_table->filtered().rowCount() > 0) m_table->selectRow(0);
  });
  connect(m_chips, &StateChips::statesChosen, this,
          [this] { m_search->setText(CarQuery::withStates(m_search->text(), m_chips->states())); });
}

void CarsPage::setUpTable() {
  connect(m_table, &CarsTable::carSelected, this, &CarsPage::carSelected);
  connect(m_table, &CarsTable::carActivated, this, &CarsPage::carActivated);
  connect(m_table, &CarsTable::chosenChanged, this, &CarsPage::updateChosen);
  connect(m_table, &CarsTable::copyRequested, this, &CarsPage::copy);
  connect(m_table, &QWidget::customContextMenuRequested, this, &CarsPage::showContextMenu);
  connect(m_table, &CarsTable::shownViewChanged, this, [this] {
    updateCoverage();
    m_keepSoon.start();
  });
  connect(m_table->verticalScrollBar(), &QScrollBar::valueChanged, this, &CarsPage::watchVisible);
  QHeaderView* header = m_table->horizontalHeader();
  connect(header, &QHeaderView::sectionResized, &m_keepSoon, qOverload<>(&QTimer::start));
  connect(header, &QWidget::customContextMenuRequested, this,
          [this, header](const QPoint& place) { m_columnsMenu->popup(header->mapToGlobal(place)); });
  CarFilterModel& filtered = m_table->filtered();
  connect(&filtered, &QAbstractItemModel::modelReset, this, &CarsPage::updateState);
  connect(&filtered, &QAbstractItemModel::rowsInserted, this, &CarsPage::updateState);
  connect(&filtered, &QAbstractItemModel::rowsRemoved, this, &CarsPage::updateState);
}

void CarsPage::setUpStates() {
  auto* noCars = new EmptyState(QStringLiteral("cars"), tr("No cars yet"),
                                tr("Add a car to get the name and password that it signs in with. "
                                   "It shows up here and on the map with its first message."),
                                tr("Add car"), this);
  connect(noCars, &EmptyState::actionRequested, this, &CarsPage::addCar);
  auto* noGateway = new EmptyState(QStringLiteral("disconnect"), tr("Not connected"),
                                   tr("The cars appear as soon as the gateway answers."),
                                   tr("Connect to another gateway"), this);
  connect(noGateway, &EmptyState::actionRequested, this, &CarsPage::connectWanted);
  auto* noMatch = new EmptyState(QStringLiteral("filter"), tr("No car matches"),
                                 tr("Every part of the search has to fit a car."), tr("Clear filter"), this);
  connect(noMatch, &EmptyState::actionRequested, m_search, &QLineEdit::clear);
  m_stack->insertWidget(kTable, m_table);
  m_stack->insertWidget(kNoCars, noCars);
  m_stack->insertWidget(kNoGateway, noGateway);
  m_stack->insertWidget(kNoMatch, noMatch);
}

void CarsPage::search(const QString& text) {
  readSearch();
  m_chips->setStates(m_table->filtered().query().states());
  m_views.last.query = text;
  m_keepSoon.start();
}

void CarsPage::readSearch() {
  const CarQuery query = CarQuery::parse(m_search->text(), CarWords::of(m_store));
  m_problem->setFullText(query.problem());
  m_problem->setVisible(!query.problem().isEmpty());
  m_table->filtered().setQuery(query);
  updateState();
}

void CarsPage::updateState() {
  const auto all = static_cast<int>(m_store.size());
  const int shown = m_table->filtered().rowCount();
  if (all == 0) {
    m_header->setRemark(m_feed.isLoading() ? tr("Loading…") : QString());
    m_stack->setCurrentIndex(m_feed.isLoading() ? kTable : m_client.isConnected() ? kNoCars : kNoGateway);
  } else {
    m_header->setRemark(shown == all ? tr("%Ln cars", nullptr, all) : tr("%L1 of %Ln cars", nullptr, all).arg(shown));
    m_stack->setCurrentIndex(shown == 0 ? kNoMatch : kTable);
  }
  m_chips->setVisible(all > 0);
  if (!m_feed.trouble().isEmpty()) m_notice->showError(m_feed.trouble());
  updateCoverage();
  watchVisible();
}

void CarsPage::updateConnection() {
  const bool offline = !m_client.isConnected() && m_store.size() > 0;
  m_table->cars().setOffline(offline);
  if (offline) {
    m_notice->showRemark(tr("The gateway cannot be reached: this is what was known last, and how old it is."));
  } else {
    m_notice->clear();
  }
  updateState();
}

void CarsPage::updateCoverage() {
  const CarFilterModel& filtered = m_table->filtered();
  const bool isWanted = filtered.query().needsStates() || filtered.sortColumn().needsState();
  std::size_t heard = 0;
  for (const std::int64_t time : m_store.timesMs()) heard += time != 0 ? 1 : 0;
  const std::size_t known = std::min(m_store.metrics().knownRows(), heard);
  m_states.setWanted(isWanted && isVisible());
  m_coverage->setVisible(m_client.isConnected() && isWanted && known < heard);
  m_coverage->setFullText(!m_states.trouble().isEmpty()
                              ? m_states.trouble()
                              : tr("Searched and sorted by values that are known of %L1 of %Ln cars.", nullptr,
                                   static_cast<int>(heard))
                                    .arg(qulonglong(known)));
}

void CarsPage::watchVisible() {
  std::vector<PrincipalNumber> visible;
  if (isVisible() && m_stack->currentIndex() == kTable) {
    for (const CarStore::Row row : m_table->rowsInSight()) {
      if (visible.size() >= FleetFeed::kMaxVisible) break;
      visible.push_back(m_store.numbers()[row]);
    }
  }
  m_feed.setVisibleCars(visible);
}

void CarsPage::focusFilter() {
  m_search->setFocus(Qt::ShortcutFocusReason);
  m_search->selectAll();
}

void CarsPage::addCar() {
  m_drawer.openDrawer(tr("Add car"), new AddCarForm(m_client));
}

void CarsPage::chooseCars(const std::vector<PrincipalNumber>& cars) {
  m_search->clear();
  m_table->chooseCars(cars);
  m_table->setFocus(Qt::OtherFocusReason);
}

void CarsPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  watchVisible();
  updateCoverage();
}

void CarsPage::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  watchVisible();
  updateCoverage();
}

void CarsPage::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  watchVisible();
}

}  // namespace carport::ui
