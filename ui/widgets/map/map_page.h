#pragma once

#include "ui/models/car_store.h"
#include "ui/widgets/map/map_view.h"

#include <QWidget>

namespace carport::ui {

class MapButtons;
class MapFeed;
class MapScale;
class MapSearch;
class MapWelcome;

/// The page with the map: the view from edge to edge, and over it the search field, the buttons, the scale, and while
/// there are no cars the ways to get some. Owner: main window; the store outlives it. GUI thread.
class MapPage : public QWidget {
  Q_OBJECT

 public:
  explicit MapPage(CarStore& store, QWidget* parent = nullptr);
  ~MapPage() override;

  MapView& view() { return *m_view; }

  /// Selects a car and brings it into sight; says so with carSelected.
  void showCar(PrincipalNumber car);
  /// Where the selected car has been, oldest first; ignored when another car is selected meanwhile.
  void setTrail(PrincipalNumber car, std::vector<TrailPoint> points);
  /// Pixels at the right edge that something else covers (the drawer): buttons stay clear of it.
  void setRightMargin(int pixels);
  void focusSearch();
  /// Whether the welcome offers a demonstration fleet.
  void setDemonstrationPossible(bool possible);
  /// Whether what the store has is what the gateway has; without that, no car does not mean that there is none.
  void setConnected(bool connected);

 signals:
  /// Selected by the hand or the search; 0: none. Answer with the drawer, and with setTrail once history is there.
  void carSelected(carport::PrincipalNumber car);
  /// Double-clicked: the car's page is wanted.
  void carActivated(carport::PrincipalNumber car);
  void followChanged(bool following);
  void demonstrationWanted();
  void addCarWanted();
  void connectWanted();

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  void connectSearch();
  void arrange();
  void updateWelcome();

  CarStore& m_store;
  MapFeed* m_feed;
  MapView* m_view;
  MapSearch* m_search;
  MapButtons* m_buttons;
  MapScale* m_scale;
  MapWelcome* m_welcome;
  int m_rightMargin = 0;
};

}  // namespace carport::ui
