#include "ui/shell/main_window.h"

#include "ui/shell/action_registry.h"
#include "ui/shell/gateway_desk.h"
#include "ui/shell/navigation_rail.h"
#include "ui/shell/portal.h"
#include "ui/shell/preferences.h"
#include "ui/shell/status_line.h"
#include "ui/widgets/car/car_page.h"
#include "ui/widgets/cars/cars_page.h"
#include "ui/widgets/commands/commands_page.h"
#include "ui/widgets/common/drawer.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/permissions/permissions_page.h"
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
      m_trail(portal.client),
      m_time(portal.client, portal.store) {
  setWindowTitle(tr("Carport"));
  setMinimumSize(kSmallestSize);
  m_layout = WindowLayout::fromText(m_preferences.layout());
  m_actions = new ActionRegistry(*this);
  setUpFrame();
  DrawerHost& drawer = *this;
  m_gateways = std::make_unique<GatewayDesk>(m_portal, m_preferences, local, drawer, *m_notice);
  setUpPages();
  setUpMap();
  setUpFileMenu();
  setUpViewMenu();
  setUpMapMenu();
  setUpTimeMenu();
  setUpHelpMenu();
  setUpKeys();
  setUpPalette();
  setUpGateways();
  setUpTime();
  connect(&m_portal.store, &CarStore::reset, this, &MainWindow::openAwaitedCar);
  if (!restoreGeometry(m_preferences.windowGeometry())) resize(kFirstSize);
  restoreLayout();
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
  connect(m_drawer, &Drawer::resized, this, &MainWindow::makeRoomForDrawer);
  connect(m_drawer, &Drawer::closed, this, &MainWindow::makeRoomForDrawer);
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
  m_awaitsQuietly = false;
  openAwaitedCar();
}

void MainWindow::openAwaitedCar() {
  if (m_awaitedCar.isEmpty()) return;
  if (const auto row = m_portal.store.rowOfId(m_awaitedCar)) {
    m_awaitedCar.clear();
    showCarPage(m_portal.store.numbers()[*row]);
  } else if (m_portal.store.size() > 0) {
    if (!m_awaitsQuietly) showTrouble(tr("There is no car “%1” that you may see.").arg(m_awaitedCar));
    m_awaitedCar.clear();
  }
}

void MainWindow::showPlace(GeoPoint place, double zoom) {
  m_map->view().jumpTo(toWorld(place), zoom);
}

void MainWindow::showTrouble(const QString& sentence) {
  m_gateways->showTrouble(sentence);
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
    // Where both have no room beside each other, the drawer lies over the page, as it does over the map.
    const bool hasRoom = page->layout()->minimumSize().width() + covered <= page->width();
    const bool isCurrent = index == m_pages->currentIndex();
    page->setContentsMargins(0, 0, isCurrent && hasRoom ? covered : 0, 0);
  }
}

void MainWindow::closeDrawer() {
  m_drawer->close();
}

void MainWindow::openAddCar() {
  m_cars->addCar();
}

void MainWindow::resizeEvent(QResizeEvent* event) {
  QMainWindow::resizeEvent(event);
  m_drawer->place();
  makeRoomForDrawer();
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
  keepLayout();
  QMainWindow::closeEvent(event);
}

}  // namespace carport::ui
