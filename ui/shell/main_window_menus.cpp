// The main window's menus: every action once, for the menus, the palette and the card of keys.
#include "ui/shell/action_registry.h"
#include "ui/shell/gateway_desk.h"
#include "ui/shell/layer_desk.h"
#include "ui/shell/main_window.h"
#include "ui/shell/palette_desk.h"
#include "ui/shell/portal.h"
#include "ui/shell/preferences.h"
#include "ui/widgets/cars/cars_page.h"
#include "ui/widgets/commands/commands_page.h"
#include "ui/widgets/common/drawer.h"
#include "ui/widgets/map/fence_controls.h"
#include "ui/widgets/map/map_bars.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/map/street_controls.h"
#include "ui/widgets/style/apply_theme.h"

#include <QActionGroup>
#include <QApplication>
#include <QMenuBar>
#include <QMessageBox>
#include <QToolButton>

#include <array>
#include <functional>
#include <utility>

namespace carport::ui {

namespace {
constexpr double kTextStep = 0.25;
}  // namespace

void MainWindow::setUpFileMenu() {
  QMenu& menu = *menuBar()->addMenu(tr("&File"));
  m_actions->add(menu, {"add-car", "add", tr("&Add car…"), QKeySequence(Qt::CTRL | Qt::Key_N), {}, tr("new register")},
                 [this] { openAddCar(); });
  m_actions->add(
      menu,
      {"new-command", "send", tr("New &command…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N), {}, tr("send tell")},
      [this] {
        showPage(Page::commands);
        m_commands->compose();
      });
  m_actions->add(menu, {"add-streets", "map", tr("Add street &map…"), {}, {}, tr("import OpenStreetMap extract")},
                 [this] { m_streets->chooseFile(); });
  m_actions->add(menu, {"add-map-file", "layers", tr("Add map &file…"), {}, {}, tr("MBTiles pictures tiles raster")},
                 [this] { m_layers->chooseFile(); });
  menu.addSeparator();
  m_actions->add(
      menu,
      {"connect", "connect", tr("C&onnect…"), QKeySequence(Qt::CTRL | Qt::Key_O), {}, tr("gateway sign in address")},
      [this] { openConnectForm(); });
  if (m_gateways->hasLocal()) {
    m_actions->add(menu, {"use-local", "home", tr("Use the gateway on &this computer"), {}, {}, {}},
                   [this] { m_gateways->attachToLocal(); });
    QAction* demonstration = m_actions->add(
        menu, {"demonstration", "demo", tr("Start a &demonstration fleet"), {}, {}, tr("demo simulator")},
        [this] { m_gateways->toggleDemonstration(); });
    connect(m_gateways.get(), &GatewayDesk::demonstrationChanged, demonstration, [demonstration](bool running) {
      demonstration->setText(running ? tr("End the &demonstration fleet") : tr("Start a &demonstration fleet"));
    });
  }
  menu.addSeparator();
  m_actions->add(menu, {"quit", "close", tr("&Quit"), QKeySequence::Quit, {}, tr("exit leave")}, [this] { close(); });
}

void MainWindow::setUpViewMenu() {
  QMenu& menu = *menuBar()->addMenu(tr("&View"));
  struct PageAction {
    Page page;
    const char* id;
    const char* icon;
    QString text;
  };
  const std::array pages{PageAction{Page::map, "page-map", "map", tr("&Map")},
                         PageAction{Page::cars, "page-cars", "cars", tr("&Cars")},
                         PageAction{Page::permissions, "page-permissions", "permissions", tr("&Permissions")},
                         PageAction{Page::commands, "page-commands", "commands", tr("C&ommands")},
                         PageAction{Page::gateway, "page-gateway", "gateway", tr("&Gateway")}};
  static_assert(std::tuple_size_v<decltype(pages)> == kRailPages);
  m_actions->beginPages();
  for (const PageAction& action : pages) {
    const auto key = static_cast<Qt::Key>(Qt::Key_1 + static_cast<int>(action.page));
    m_actions->add(menu, {action.id, action.icon, action.text, QKeySequence(Qt::CTRL | key), {}, {}},
                   [this, page = action.page] { showPage(page); });
  }
  m_actions->endPages();
  menu.addSeparator();
  m_actions->add(
      menu, {"find", "search", tr("&Find anything…"), QKeySequence(Qt::CTRL | Qt::Key_K), {}, tr("search palette")},
      [this] { m_palette->open(); });
  m_actions->add(menu, {"filter-cars", "filter", tr("F&ilter cars"), QKeySequence::Find, {}, tr("search table")},
                 [this] {
                   showPage(Page::cars);
                   m_cars->focusFilter();
                 });
  m_actions->add(menu,
                 {"next-part", "forward", tr("&Next part of the window"), QKeySequence(Qt::Key_F6), {}, tr("focus")},
                 [this] { goToPart(1); });
  m_actions->add(menu,
                 {"previous-part",
                  "back",
                  tr("P&revious part of the window"),
                  QKeySequence(Qt::SHIFT | Qt::Key_F6),
                  {},
                  tr("focus")},
                 [this] { goToPart(-1); });
  m_actions->add(menu, {"wider", "back", tr("&Wider drawer"), QKeySequence(Qt::CTRL | Qt::Key_BracketLeft), {}, {}},
                 [this] { m_drawer->widen(1); });
  m_actions->add(menu,
                 {"narrower", "forward", tr("Narrower &drawer"), QKeySequence(Qt::CTRL | Qt::Key_BracketRight), {}, {}},
                 [this] { m_drawer->widen(-1); });
  menu.addSeparator();
  setUpLook(menu);
}

void MainWindow::setUpLook(QMenu& menu) {
  struct LookAction {
    Preferences::Look look;
    const char* id;
    QString text;
  };
  auto* looks = new QActionGroup(this);
  const std::array choices{LookAction{Preferences::Look::system, "look-system", tr("Look of the s&ystem")},
                           LookAction{Preferences::Look::light, "look-light", tr("&Light")},
                           LookAction{Preferences::Look::dark, "look-dark", tr("D&ark")}};
  for (const LookAction& choice : choices) {
    QAction* action = m_actions->add(menu, {choice.id, "theme", choice.text, {}, {}, tr("look theme colours mode")},
                                     [this, look = choice.look] {
                                       m_preferences.setLook(look);
                                       applyLook();
                                     });
    action->setCheckable(true);
    action->setChecked(m_preferences.look() == choice.look);
    looks->addAction(action);
  }
  menu.addSeparator();
  const auto zoom = [this](double by) {
    m_preferences.setTextScale(by == 0 ? 1.0 : m_preferences.textScale() + by);
    applyLook();
  };
  m_actions->add(
      menu,
      {"larger-text", "plus", tr("Larger &text"), QKeySequence(Qt::CTRL | Qt::Key_Plus), {}, tr("font size zoom")},
      [zoom] { zoom(kTextStep); });
  m_actions->add(
      menu,
      {"smaller-text", "minus", tr("Smaller te&xt"), QKeySequence(Qt::CTRL | Qt::Key_Minus), {}, tr("font size zoom")},
      [zoom] { zoom(-kTextStep); });
  m_actions->add(
      menu, {"usual-text", "refresh", tr("&Usual text"), QKeySequence(Qt::CTRL | Qt::Key_0), {}, tr("font size 100 %")},
      [zoom] { zoom(0); });
}

void MainWindow::setUpMapMenu() {
  QMenu& menu = *menuBar()->addMenu(tr("&Map"));
  const auto add = [&](const char* id, const char* icon, const QString& text, const QString& keys,
                       const QString& further, const std::function<void(MapView&)>& run) {
    m_actions->add(menu, {id, icon, text, {}, keys, further}, [this, run] {
      showPage(Page::map);
      run(m_map->view());
    });
  };
  add("search-map", "search", tr("&Search the map"), QStringLiteral("/"), tr("find coordinates"),
      [this](MapView&) { m_map->focusSearch(); });
  menu.addSeparator();
  add("follow", "follow", tr("&Follow the chosen cars"), QStringLiteral("F"), tr("keep in view"),
      [](MapView& view) { view.setFollowing(!view.isFollowing()); });
  add("all-cars", "fit", tr("Show &all cars"), tr("Home"), tr("fit zoom world"), [](MapView& view) { view.fitAll(); });
  add("nearer", "plus", tr("&Nearer"), QStringLiteral("+"), tr("zoom in"), [](MapView& view) { view.zoomBy(1); });
  add("farther", "minus", tr("Fa&rther"), QStringLiteral("−"), tr("zoom out"), [](MapView& view) { view.zoomBy(-1); });
  menu.addSeparator();
  add("choose-in-sight", "check", tr("Choose all cars in s&ight"), tr("Ctrl+A"), tr("select"),
      [](MapView& view) { view.chooseCars(view.carsInSight()); });
  add("choose-area", "area", tr("&Choose cars in an area"), QStringLiteral("A"), tr("select polygon"),
      [](MapView& view) { view.setTool(MapTool::area); });
  add("measure", "measure", tr("&Measure"), QStringLiteral("M"), tr("distance area length"),
      [](MapView& view) { view.setTool(MapTool::measure); });
  add("fences", "fence", tr("F&ences…"), QStringLiteral("G"), tr("geofence list import export"),
      [this](MapView&) { m_fences->openList(); });
  add("draw-fence", "fence", tr("&Draw a fence"), {}, tr("geofence area polygon"),
      [this](MapView&) { m_fences->drawArea(); });
  add("draw-circle", "fence", tr("Dra&w a circular fence"), {}, tr("geofence radius"),
      [this](MapView&) { m_fences->drawCircle(); });
  add("import-fences", "download", tr("Impor&t fences…"), {}, tr("geofence geojson kml"),
      [this](MapView&) { m_fences->chooseFile(); });
  menu.addSeparator();
  add("layers", "layers", tr("La&yers…"), tr("Shift+L"), tr("streets tiles heat fences"),
      [this](MapView&) { m_map->tools().layers()->click(); });
  add("my-position", "position", tr("My &position"), {}, tr("where am I here GPS location"),
      [this](MapView&) { m_layers->goToPosition(); });
  add("colours", "palette", tr("C&olours of the cars…"), QStringLiteral("L"), tr("metric legend"),
      [this](MapView&) { m_map->tools().colours()->click(); });
}

void MainWindow::setUpHelpMenu() {
  QMenu& menu = *menuBar()->addMenu(tr("&Help"));
  m_actions->add(
      menu, {"keys", "help", tr("&Keyboard shortcuts"), QKeySequence(Qt::Key_F1), QStringLiteral("?"), tr("help keys")},
      [this] { m_palette->showShortcuts(); });
  m_actions->add(menu, {"about", "info", tr("&About Carport"), {}, {}, tr("version licence")}, [this] {
    QMessageBox::about(
        this, tr("About Carport"),
        tr("Carport %1\n\nSee where the cars are, what they do, and tell them what to do.\n\nFree software "
           "under the GNU General Public License, version 3 or later. Map: Natural Earth; streets: "
           "© OpenStreetMap contributors.")
            .arg(QCoreApplication::applicationVersion()));
  });
}

void MainWindow::applyLook() {
  applyTheme(*qApp, Theme::of(m_preferences.themeKind()), m_preferences.textScale());
}

}  // namespace carport::ui
