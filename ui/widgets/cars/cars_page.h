#pragma once

#include "gateway/base/strong_id.h"
#include "ui/models/car_state_loader.h"
#include "ui/models/car_text.h"
#include "ui/models/car_view.h"

#include <QStringList>
#include <QTimer>
#include <QWidget>

#include <cstddef>
#include <vector>

class QMenu;
class QPushButton;
class QStackedWidget;
class QVBoxLayout;

namespace carport::ui {

class CarSearchField;
class CarStore;
class CarsTable;
class DrawerHost;
class ElidedLabel;
class FleetFeed;
class GatewayClient;
class Notice;
class PageHeader;
class StateChips;

/// The table of cars: find, filter, sort, choose columns, keep views, open, add, and do one thing to many. Owner: the
/// main window. GUI thread.
class CarsPage : public QWidget {
  Q_OBJECT

 public:
  CarsPage(GatewayClient& client, CarStore& store, FleetFeed& feed, DrawerHost& drawer, QWidget* parent = nullptr);
  ~CarsPage() override;

  /// Puts the keyboard into the search.
  void focusFilter();
  /// Opens the form for a new car in the drawer.
  void addCar();
  /// The saved views and what was shown last, as preferences keep them (CarViews::toText()).
  void setViews(const QByteArray& text);
  /// Chooses these cars; the search is emptied so that they can be seen.
  void chooseCars(const std::vector<PrincipalNumber>& cars);

 signals:
  /// The person moved onto this car.
  void carSelected(carport::PrincipalNumber car);
  /// The person opened it: double click or Enter.
  void carActivated(carport::PrincipalNumber car);
  /// The chosen cars are wanted on the map.
  void mapWanted(const std::vector<carport::PrincipalNumber>& cars);
  /// There is no gateway to show cars of: another one is wanted.
  void connectWanted();
  /// Something worth keeping changed: for preferences.
  void viewsChanged(const QByteArray& text);

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void setUpHeader();
  void setUpSearch(QVBoxLayout& column);
  void setUpTable();
  void setUpStates();
  QWidget* makeChosenBar();

  void search(const QString& text);
  void readSearch();
  void updateState();
  void updateConnection();
  void updateCoverage();
  void updateChosen();
  void watchVisible();

  void fillColumnsMenu();
  void fillViewsMenu();
  void showView(const CarView& view);
  CarView shownView() const;
  void saveView();
  void keepViews();

  void showContextMenu(const QPoint& place);
  void copy(CarTextForm form);
  void editChosen();
  void sendCommand();

  GatewayClient& m_client;
  CarStore& m_store;
  FleetFeed& m_feed;
  DrawerHost& m_drawer;
  CarStateLoader m_states;
  CarViews m_views;
  PageHeader* m_header = nullptr;
  Notice* m_notice = nullptr;
  CarSearchField* m_search = nullptr;
  StateChips* m_chips = nullptr;
  ElidedLabel* m_problem = nullptr;
  ElidedLabel* m_coverage = nullptr;  ///< of how many cars the values are known that are searched and sorted by
  QStackedWidget* m_stack = nullptr;
  CarsTable* m_table = nullptr;
  QWidget* m_chosenBar = nullptr;
  ElidedLabel* m_chosenText = nullptr;
  QPushButton* m_command = nullptr;
  QPushButton* m_viewsButton = nullptr;
  QMenu* m_viewsMenu = nullptr;
  QMenu* m_columnsMenu = nullptr;
  QTimer m_keepSoon;
};

}  // namespace carport::ui
