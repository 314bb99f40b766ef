#include "ui/shell/main_window.h"

#include "ui/shell/local_gateway.h"
#include "ui/shell/navigation_rail.h"
#include "ui/shell/portal.h"
#include "ui/shell/preferences.h"
#include "ui/shell/status_line.h"
#include "ui/widgets/car/car_page.h"
#include "ui/widgets/car/plot_panel.h"
#include "ui/widgets/cars/cars_page.h"
#include "ui/widgets/commands/commands_page.h"
#include "ui/widgets/common/drawer.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/common/secret_box.h"
#include "ui/widgets/connect/connect_form.h"
#include "ui/widgets/gateway/gateway_page.h"
#include "ui/widgets/map/chosen_list.h"
#include "ui/widgets/map/car_colours.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/map/street_controls.h"
#include "ui/widgets/permissions/permissions_page.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/time/time_bar.h"

#include <QCloseEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace carport::ui {

namespace {
constexpr QSize kFirstSize(1280, 800);
constexpr QSize kSmallestSize(960, 600);
}  // namespace

MainWindow::MainWindow(Portal& portal, Preferences& preferences, LocalGateway* local, QWidget* parent)
    : QMainWindow(parent),
      m_portal(portal),
      m_preferences(preferences),
      m_local(local),
      m_trail(portal.client),
      m_time(portal.client, portal.store) {
  setWindowTitle(tr("Carport"));
  setMinimumSize(kSmallestSize);
  setUpFrame();
  setUpPages();
  setUpMap();
  setUpFileMenu();
  setUpViewMenu();
  setUpTimeMenu();
  setUpHelpMenu();
  setUpLocalGateway();
  setUpTime();
  connect(&m_portal.client, &GatewayClient::connectionStateChanged, this, &MainWindow::onConnectionState);
  connect(&m_portal.store, &CarStore::reset, this, &MainWindow::openAwaitedCar);
  if (!restoreGeometry(m_preferences.windowGeometry())) resize(kFirstSize);
  showPage(Page::map);
}

MainWindow::~MainWindow() = default;

void MainWindow::setUpFrame() {
  auto* frame = new QWidget(this);
  auto* column = new QVBoxLayout(frame);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  m_notice = new Notice(frame);
  m_notice->setProperty("kind", "strip");
  auto* middle = new QWidget(frame);
  auto* row = new QHBoxLayout(middle);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(0);
  m_rail = new NavigationRail(middle);
  m_pages = new QStackedWidget(middle);
  m_pages->setAutoFillBackground(true);
  m_pages->setBackgroundRole(QPalette::Base);
  row->addWidget(m_rail);
  row->addWidget(m_pages, 1);
  column->addWidget(m_notice);
  column->addWidget(middle, 1);
  m_timeBar = new TimeBar(m_portal.client, m_time, frame);
  column->addWidget(m_timeBar);
  m_status = new StatusLine(m_portal.client, m_portal.store, frame);
  column->addWidget(m_status);
  setCentralWidget(frame);
  m_drawer = new Drawer(m_pages);
  m_pages->installEventFilter(this);
  connect(m_rail, &NavigationRail::pageRequested, this, &MainWindow::showPage);
  connect(m_drawer, &Drawer::closed, this, [this] {
    makeRoomForDrawer();
    onConnectionState(m_portal.client.connectionState(), m_portal.client.connectionSentence());
  });
}

void MainWindow::setUpPages() {
  GatewayClient& client = m_portal.client;
  m_map = new MapPage(m_portal.store, m_pages);
  m_cars = new CarsPage(client, m_portal.store, m_portal.feed, *this, m_pages);
  m_commands = new CommandsPage(client, m_portal.store, *this, m_pages);
  auto* carPage = new CarPage(client, m_portal.store, m_pages);
  m_carPage = carPage;
  carPage->plots().setNotes(&m_portal.notes);
  nameStreets(*carPage);
  followRules(*carPage);
  m_pages->insertWidget(static_cast<int>(Page::map), m_map);
  m_pages->insertWidget(static_cast<int>(Page::cars), m_cars);
  m_permissions = new PermissionsPage(client, *this, m_pages);
  m_pages->insertWidget(static_cast<int>(Page::permissions), m_permissions);
  m_pages->insertWidget(static_cast<int>(Page::commands), m_commands);
  m_pages->insertWidget(static_cast<int>(Page::gateway), new GatewayPage(client, m_pages));
  m_pages->insertWidget(static_cast<int>(Page::car), m_carPage);
  connect(m_cars, &CarsPage::carSelected, this, &MainWindow::selectCar);
  connect(m_cars, &CarsPage::carActivated, this, &MainWindow::showCarPage);
  m_cars->setViews(m_preferences.carViews());
  connect(m_cars, &CarsPage::viewsChanged, this, [this](const QByteArray& text) { m_preferences.setCarViews(text); });
  connect(m_cars, &CarsPage::mapWanted, this, [this](const std::vector<PrincipalNumber>& cars) {
    showPage(Page::map);
    if (cars.size() == 1) return m_map->showCar(cars.front());
    CarSet set;
    for (const PrincipalNumber car : cars) set.insert(car.value);
    m_map->view().chooseCars(set);
    m_map->view().setFollowing(true);
  });
  connect(m_commands, &CommandsPage::carActivated, this, &MainWindow::showCarPage);
  connect(carPage, &CarPage::momentChosen, &m_time, &TimeMachine::goTo);
  connect(carPage, &CarPage::showOnMapRequested, this, [this](PrincipalNumber car) {
    showPage(Page::map);
    m_map->showCar(car);
  });
}

void MainWindow::nameStreets(CarPage& page) {
  page.setPlaceNamer([this](double latitude, double longitude) {
    const auto street = m_portal.streets.nearestStreet(latitude, longitude);
    return street ? street->name : QString();
  });
}

void MainWindow::followRules(CarPage& page) {
  connect(&page, &CarPage::ruleRequested, this, [this](RuleNumber rule) {
    showPage(Page::permissions);
    m_permissions->showRule(rule);
  });
}

void MainWindow::setUpMap() {
  m_streets = new StreetControls(*m_map, m_portal.streets, *this);
  connect(m_streets, &StreetControls::troubled, this, &MainWindow::showTrouble);
  connect(m_streets, &StreetControls::shown, this, [this] { showPage(Page::map); });
  m_map->setConnected(m_portal.client.isConnected());
  m_map->view().setClock([this] { return m_portal.store.now(); });
  connect(m_map, &MapPage::carSelected, this, &MainWindow::selectCar);
  connect(m_map, &MapPage::carActivated, this, &MainWindow::showCarPage);
  m_map->setClient(m_portal.client);
  m_map->colours().setColouring(m_preferences.mapColouring());
  connect(&m_map->colours(), &CarColours::colouringChanged, this,
          [this](const MapColouring& colouring) { m_preferences.setMapColouring(colouring); });
  connect(m_map, &MapPage::listWanted, this, [this](const CarSet& cars) {
    auto* list = new ChosenList(m_portal.store);
    list->setCars(cars);
    connect(list, &ChosenList::carShown, this, [this](PrincipalNumber car) { m_map->view().showCar(car, 0); });
    connect(list, &ChosenList::carActivated, this, &MainWindow::showCarPage);
    openDrawer(tr("%1 chosen cars").arg(cars.size()), list);
    list->setFocus();
  });
  connect(m_map, &MapPage::commandWanted, this, [this](const QStringList& cars) {
    showPage(Page::commands);
    m_commands->compose(cars);
  });
  connect(m_map, &MapPage::addCarWanted, this, &MainWindow::openAddCar);
  connect(m_map, &MapPage::connectWanted, this, &MainWindow::openConnectForm);
  connect(&m_trail, &TrailLoader::loaded, m_map, &MapPage::setTrail);
}

void MainWindow::showPage(Page page) {
  const auto before = static_cast<Page>(m_pages->currentIndex());
  if (before != Page::car) m_pageBefore = before;
  if (before != page) closeDrawer();
  m_pages->setCurrentIndex(static_cast<int>(page));
  m_rail->setPage(page);
  m_pages->currentWidget()->setFocus(Qt::OtherFocusReason);
}

void MainWindow::showCarPage(PrincipalNumber car) {
  showPage(Page::car);
  closeDrawer();
  static_cast<CarPage*>(m_carPage)->showCar(car);
  showMomentInPlots();
}

void MainWindow::showAddress(const PageAddress& address) {
  if (address.page != Page::car) return showPage(address.page);
  m_awaitedCar = address.carId;
  openAwaitedCar();
}

void MainWindow::openAwaitedCar() {
  if (m_awaitedCar.isEmpty()) return;
  if (const auto row = m_portal.store.rowOfId(m_awaitedCar)) {
    m_awaitedCar.clear();
    showCarPage(m_portal.store.numbers()[*row]);
  } else if (m_portal.store.size() > 0) {
    showTrouble(tr("There is no car “%1” that you may see.").arg(m_awaitedCar));
    m_awaitedCar.clear();
  }
}

void MainWindow::showPlace(GeoPoint place, double zoom) {
  m_map->view().jumpTo(toWorld(place), zoom);
}

void MainWindow::showTrouble(const QString& sentence) {
  m_noticeIsConnection = false;
  m_notice->showError(sentence);
}

void MainWindow::selectCar(PrincipalNumber car) {
  const auto row = m_portal.store.rowOf(car);
  m_selected = row ? car : PrincipalNumber();
  if (!row) {
    m_trail.cancel();
    closeDrawer();
    return;
  }
  m_trail.load(m_portal.store.id(*row), car, m_portal.store.position(*row).time);
  // The page below says the name; above it, what the car is registered as.
  const QString id = m_portal.store.id(*row);
  const QString title = id == m_portal.store.label(*row) ? tr("Car") : id;
  // Moving through a list shows one car after the other in the same page.
  if (auto* shown = qobject_cast<CarPage*>(m_drawer->content()); shown && m_drawer->isOpen()) {
    m_drawer->setTitle(title);
    shown->showCar(car);
    return;
  }
  auto* page = new CarPage(m_portal.client, m_portal.store);
  page->setCompact(true);
  page->plots().setNotes(&m_portal.notes);
  nameStreets(*page);
  followRules(*page);
  page->showCar(car);
  connect(page, &CarPage::momentChosen, &m_time, &TimeMachine::goTo);
  connect(page, &CarPage::openPageRequested, this, &MainWindow::showCarPage);
  connect(page, &CarPage::showOnMapRequested, this, [this](PrincipalNumber shown) {
    showPage(Page::map);
    m_map->showCar(shown);
  });
  showInDrawer(title, page);
  showMomentInPlots();
}

void MainWindow::openDrawer(const QString& title, QWidget* content) {
  showInDrawer(title, content);
  m_drawer->takeFocus();
}

void MainWindow::showInDrawer(const QString& title, QWidget* content) {
  m_drawer->open(title, content);
  makeRoomForDrawer();
}

void MainWindow::makeRoomForDrawer() {
  const int covered = m_drawer->isOpen() ? m_drawer->openWidth() : 0;
  m_map->setRightMargin(covered);
  for (int index = 0; index < m_pages->count(); ++index) {
    QWidget* page = m_pages->widget(index);
    if (page == m_map) continue;  // edge to edge; it moves its own furniture
    const bool isCurrent = index == m_pages->currentIndex();
    page->setContentsMargins(0, 0, isCurrent ? covered : 0, 0);
  }
}

void MainWindow::closeDrawer() {
  m_drawer->close();
}

void MainWindow::openAddCar() {
  m_cars->addCar();
}

void MainWindow::openConnectForm() {
  auto* form = new ConnectForm(m_portal.client, m_preferences.lastGateway(), m_preferences.lastAuthority());
  connect(form, &ConnectForm::connectionRequested, this, [this](const QUrl& address, const QString& authority) {
    m_portal.store.clear();
    m_preferences.setLastGateway(address);
    m_preferences.setLastAuthority(authority);
  });
  connect(form, &ConnectForm::connected, this, &MainWindow::closeDrawer);
  openDrawer(tr("Connect to a gateway"), form);
}

void MainWindow::showAdministrator(const QString& id, const QString& password) {
  auto* page = new QWidget;
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(space::kGroup, space::kInside, space::kGroup, space::kGroup);
  auto* box = new SecretBox(page);
  box->showSecret(
      tr("This is the first start, so an administrator “%1” was made. This window needs no password; to sign "
         "in from elsewhere use this one, which cannot be shown again and has to be changed then:")
          .arg(id),
      password);
  column->addWidget(box);
  column->addStretch(1);
  openDrawer(tr("Your administrator"), page);
}

void MainWindow::onConnectionState(ConnectionState state, const QString& sentence) {
  m_map->setConnected(state == ConnectionState::connected);
  m_status->setGatewayName(isAttachedToLocal() ? tr("This computer") : QString());
  switch (state) {
    case ConnectionState::connected:
      m_portal.notes.setGateway(m_portal.client.baseUrl());
      if (m_noticeIsConnection) m_notice->clear();
      break;
    case ConnectionState::failed:
    case ConnectionState::needsSignIn:
    case ConnectionState::waiting:
      // The form that asked says it itself.
      if (m_drawer->isOpen() && qobject_cast<ConnectForm*>(m_drawer->content())) break;
      m_notice->showError(sentence);
      m_noticeIsConnection = true;
      break;
    case ConnectionState::idle:
    case ConnectionState::connecting:
      break;
  }
}

void MainWindow::search() {
  showPage(Page::map);
  m_map->focusSearch();
}

void MainWindow::resizeEvent(QResizeEvent* event) {
  QMainWindow::resizeEvent(event);
  m_drawer->place();
  makeRoomForDrawer();
}

void MainWindow::keyPressEvent(QKeyEvent* event) {
  // What no field and no list wanted for itself.
  if (event->key() == Qt::Key_Space && event->modifiers() == Qt::NoModifier) return m_time.togglePlaying();
  if (event->key() != Qt::Key_Escape) return QMainWindow::keyPressEvent(event);
  if (m_drawer->isOpen()) return closeDrawer();
  if (m_pages->currentWidget() == m_carPage) showPage(m_pageBefore);
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
  if (watched == m_pages && event->type() == QEvent::Resize) {
    m_drawer->place();
    makeRoomForDrawer();
  }
  return QMainWindow::eventFilter(watched, event);
}

void MainWindow::closeEvent(QCloseEvent* event) {
  m_preferences.setWindowGeometry(saveGeometry());
  QMainWindow::closeEvent(event);
}

}  // namespace carport::ui
