// The main window's pages: what they tell each other, and the drawer of the chosen car.
#include "ui/shell/layer_desk.h"
#include "ui/shell/main_window.h"
#include "ui/shell/portal.h"
#include "ui/shell/preferences.h"
#include "ui/widgets/car/car_page.h"
#include "ui/widgets/car/plot_panel.h"
#include "ui/widgets/car/where_panel.h"
#include "ui/widgets/cars/cars_page.h"
#include "ui/widgets/commands/commands_page.h"
#include "ui/widgets/common/drawer.h"
#include "ui/widgets/gateway/gateway_page.h"
#include "ui/widgets/map/car_colours.h"
#include "ui/widgets/map/chosen_list.h"
#include "ui/widgets/map/fence_controls.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/map/moment_mark.h"
#include "ui/widgets/map/street_controls.h"
#include "ui/widgets/permissions/permissions_page.h"

#include <QStackedWidget>

namespace carport::ui {

void MainWindow::setUpPages() {
  GatewayClient& client = m_portal.client;
  m_map = new MapPage(m_portal.store, m_pages);
  m_cursorMark = new MomentMark(m_map);
  m_map->view().overlays().add(*m_cursorMark);
  m_cars = new CarsPage(client, m_portal.store, m_portal.feed, *this, m_pages);
  m_commands = new CommandsPage(client, m_portal.store, *this, m_pages);
  auto* carPage = new CarPage(client, m_portal.store, m_pages);
  m_carPage = carPage;
  carPage->plots().setNotes(&m_portal.notes);
  keepPlots(*carPage);
  followCursor(*carPage);
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
  connect(m_cars, &CarsPage::connectWanted, this, &MainWindow::openConnectForm);
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
  // A page that is being taken away may outlive the window by a turn of the event loop; the portal outlives both.
  page.setPlaceNamer([&streets = m_portal.streets](double latitude, double longitude) {
    const auto street = streets.nearestStreet(latitude, longitude);
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
  // The small map of the car's page draws the same streets.
  connect(&m_portal.streets, &StreetAtlas::changed, this, [this] {
    QStringList files;
    bool ofOpenStreetMap = false;
    for (const StreetMapInfo& map : m_portal.streets.maps()) {
      files << map.file;
      ofOpenStreetMap = ofOpenStreetMap || !map.isMadeUp;
    }
    static_cast<CarPage*>(m_carPage)->where().view().setStreetMaps(files, ofOpenStreetMap);
  });
  m_streets = new StreetControls(*m_map, m_portal.streets, *this);
  connect(m_streets, &StreetControls::troubled, this, &MainWindow::showTrouble);
  connect(m_streets, &StreetControls::shown, this, [this] { showPage(Page::map); });
  m_layers = new LayerDesk(*m_map, m_portal, m_preferences, *this);
  connect(m_layers, &LayerDesk::troubled, this, &MainWindow::showTrouble);
  connect(m_layers, &LayerDesk::shown, this, [this] { showPage(Page::map); });
  m_fences = new FenceControls(*m_map, m_portal.fences, m_portal.store, *this, *this);
  connect(m_fences, &FenceControls::shown, this, [this] { showPage(Page::map); });
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
    openDrawer(tr("%Ln chosen cars", nullptr, static_cast<int>(cars.size())), list);
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
  keepPlots(*page);
  followCursor(*page);
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

}  // namespace carport::ui
