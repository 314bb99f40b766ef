#pragma once

#include "gateway/base/strong_id.h"
#include "ui/models/palette_item.h"
#include "ui/models/projection.h"
#include "ui/models/time_machine.h"
#include "ui/models/trail_loader.h"
#include "ui/models/window_layout.h"
#include "ui/shell/page.h"
#include "ui/widgets/common/drawer_host.h"

#include <QMainWindow>

#include <memory>
#include <vector>

class QMenu;
class QStackedWidget;

namespace carport::ui {

class ActionRegistry;
class CarPage;
class CarsPage;
class CommandsPage;
class Drawer;
class FenceControls;
class GatewayDesk;
class LayerDesk;
class LocalGateway;
class MapPage;
class NavigationRail;
class MomentMark;
class Notice;
class PaletteDesk;
class PermissionsPage;
class Preferences;
class StatusLine;
class StreetControls;
class TimeBar;
struct Portal;

/// The window: a rail of pages, the page, one drawer over its right edge, one status line. It navigates; every page
/// minds its own business. Owner: app; everything it is given outlives it. GUI thread.
class MainWindow : public QMainWindow, private DrawerHost {
  Q_OBJECT

 public:
  /// `local` is null where the portal was started for another gateway.
  MainWindow(Portal& portal, Preferences& preferences, LocalGateway* local, QWidget* parent = nullptr);
  ~MainWindow() override;

  void showPage(Page page);
  /// A car's own page.
  void showCarPage(PrincipalNumber car);
  /// As the command line asks; a car's page opens as soon as the car is known.
  void showAddress(const PageAddress& address);
  /// Moves the map.
  void showPlace(GeoPoint place, double zoom);
  /// The page and the place of the map that the window was left with.
  void showLastPlace();
  /// One sentence above the page, until it is closed.
  void showTrouble(const QString& sentence);
  TimeMachine& timeMachine() { return m_time; }
  PaletteDesk& paletteDesk() { return *m_palette; }

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void closeEvent(QCloseEvent* event) override;
  /// Esc backs out one step.
  void keyPressEvent(QKeyEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  /// For a form: the keyboard goes into it.
  void openDrawer(const QString& title, QWidget* content) override;
  void showInDrawer(const QString& title, QWidget* content);
  /// Keeps what the drawer covers free of the page's controls.
  void makeRoomForDrawer();
  void closeDrawer() override;

  void setUpFrame();
  void setUpPages();
  void setUpMap();
  /// The page says streets in place of coordinates, where a street map knows them.
  void nameStreets(CarPage& page);
  /// The plots' cursor is marked on the map, and their menu leads there.
  void followCursor(CarPage& page);
  /// The page leads to the rules that it tells of.
  void followRules(CarPage& page);
  void setUpFileMenu();
  void setUpViewMenu();
  void setUpLook(QMenu& menu);
  void setUpTimeMenu();
  void setUpTime();
  void showMomentInPlots();
  void setUpMapMenu();
  void setUpHelpMenu();
  /// Keys that are no action: for the card of keys.
  void setUpKeys();
  void setUpPalette();
  /// Groups of the palette that the pages know of.
  std::vector<PaletteItem> metricItems();
  std::vector<PaletteItem> ruleItems();
  std::vector<PaletteItem> fenceItems();
  void colourBy(const QString& metric);
  void plotMetric(PrincipalNumber car, const QString& metric);
  /// The keyboard goes to the next part of the window: the rail, the page, the drawer, the time.
  void goToPart(int step);
  void restoreLayout();
  void keepLayout();
  /// The plots of a car's page are those that were chosen last, and the next one's are those chosen there.
  void keepPlots(CarPage& page);
  /// The car whose page is shown, otherwise the chosen one.
  PrincipalNumber carAtHand() const;
  void setUpGateways();
  void applyLook();
  void selectCar(PrincipalNumber car);
  void openConnectForm();
  void openAddCar();
  void onConnectionState();
  void openAwaitedCar();
  Portal& m_portal;
  Preferences& m_preferences;
  TrailLoader m_trail;
  TimeMachine m_time;
  WindowLayout m_layout;
  PrincipalNumber m_selected;  ///< the car of the trail; 0: none
  ActionRegistry* m_actions = nullptr;
  PaletteDesk* m_palette = nullptr;
  std::unique_ptr<GatewayDesk> m_gateways;  // goes before the drawer and the notice
  NavigationRail* m_rail = nullptr;
  StatusLine* m_status = nullptr;
  TimeBar* m_timeBar = nullptr;
  QStackedWidget* m_pages = nullptr;
  Drawer* m_drawer = nullptr;
  Notice* m_notice = nullptr;
  MapPage* m_map = nullptr;
  StreetControls* m_streets = nullptr;
  LayerDesk* m_layers = nullptr;
  MomentMark* m_cursorMark = nullptr;
  FenceControls* m_fences = nullptr;
  CarsPage* m_cars = nullptr;
  CommandsPage* m_commands = nullptr;
  PermissionsPage* m_permissions = nullptr;
  QWidget* m_carPage = nullptr;
  QString m_awaitedCar;
  bool m_awaitsQuietly = false;   ///< nobody asked for m_awaitedCar now
  Page m_pageBefore = Page::map;  ///< where Esc leads from a car's page
};

}  // namespace carport::ui
