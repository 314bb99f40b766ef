#pragma once

#include "gateway/base/strong_id.h"
#include "ui/models/car_filter_model.h"
#include "ui/models/car_table_model.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QStackedWidget;
class QTableView;

namespace carport::ui {

class DrawerHost;
class EmptyState;
class FleetFeed;
class GatewayClient;
class Notice;
class PageHeader;

/// The table of cars: find, filter, sort, open, add. Owner: the main window. GUI thread.
class CarsPage : public QWidget {
  Q_OBJECT

 public:
  CarsPage(GatewayClient& client, CarStore& store, FleetFeed& feed, DrawerHost& drawer, QWidget* parent = nullptr);

  /// Puts the keyboard into the filter.
  void focusFilter();
  /// Opens the form for a new car in the drawer.
  void addCar();

 signals:
  /// The person moved onto this car.
  void carSelected(carport::PrincipalNumber car);
  /// The person opened it: double click or Enter.
  void carActivated(carport::PrincipalNumber car);

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  QWidget* makeFilters();
  void setUpTable();
  void setUpStates();
  void updateState();
  void watchVisible();
  void restoreSelection();

  GatewayClient& m_client;
  CarStore& m_store;
  FleetFeed& m_feed;
  DrawerHost& m_drawer;
  CarTableModel m_cars;
  CarFilterModel m_filtered;
  PageHeader* m_header = nullptr;
  Notice* m_notice = nullptr;
  QLineEdit* m_filter = nullptr;
  QComboBox* m_activity = nullptr;
  QStackedWidget* m_states = nullptr;
  EmptyState* m_noCars = nullptr;
  QTableView* m_table = nullptr;
  PrincipalNumber m_selected;
};

}  // namespace carport::ui
