#pragma once

#include "ui/models/car_store.h"
#include "ui/widgets/map/map_view.h"

#include <QStringList>
#include <QWidget>

namespace carport::ui {

class ChosenBar;
class GatewayClient;
class HeatControls;
class LayerPanel;
class MapBar;
class MapButtons;
class CarColours;
class MapFeed;
class MapScale;
class MapSearch;
class MapToolButtons;
class MapWelcome;
class SketchBar;
class StaleVeil;

/// The page with the map: the view from edge to edge, and over it the search field, the buttons, the scale, and while
/// there are no cars the ways to get some. Owner: main window; the store outlives it. GUI thread.
class MapPage : public QWidget {
  Q_OBJECT

 public:
  explicit MapPage(CarStore& store, QWidget* parent = nullptr);
  ~MapPage() override;

  MapView& view() { return *m_view; }
  /// The buttons at the upper right, for further ones.
  MapToolButtons& tools() { return *m_tools; }
  /// The switches of what the map shows, for further layers.
  LayerPanel& layers() { return *m_layers; }
  /// What the colours of the cars mean.
  CarColours& colours() { return *m_colours; }
  /// Where metrics of cars, and where the fleet was, are asked for. Once.
  void setClient(GatewayClient& client);
  /// The heat map; nullptr before setClient().
  HeatControls* heat() { return m_heat; }

  /// Selects a car and brings it into sight; says so with carSelected.
  void showCar(PrincipalNumber car);
  /// Where the selected car has been, oldest first; ignored when another car is selected meanwhile.
  void setTrail(PrincipalNumber car, std::vector<TrailPoint> points);
  /// Pixels at the right edge that something else covers (the drawer): buttons stay clear of it.
  void setRightMargin(int pixels);
  int rightMargin() const { return m_rightMargin; }
  /// A further bar in the middle of the lower edge, above the others. It is the page's child.
  void addBar(MapBar& bar);
  void focusSearch();
  /// Whether the welcome offers a demonstration fleet.
  void setDemonstrationPossible(bool possible);
  /// Whether what the store has is what the gateway has; without that, no car does not mean that there is none, and
  /// those that there are stand greyed where they were last.
  void setConnected(bool connected);

 signals:
  /// Selected by the hand or the search; 0: none. Answer with the drawer, and with setTrail once history is there.
  void carSelected(carport::PrincipalNumber car);
  /// Double-clicked: the car's page is wanted.
  void carActivated(carport::PrincipalNumber car);
  void followChanged(bool following);
  /// The chosen cars are wanted in the list of cars.
  void listWanted(const carport::ui::CarSet& cars);
  /// A command for the cars with these ids is wanted.
  void commandWanted(const QStringList& ids);
  void demonstrationWanted();
  void addCarWanted();
  void connectWanted();

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void connectSearch();
  void connectChoice();
  void connectColours();
  void showColours(bool shown);
  void connectLayers();
  void showLayers(bool shown);
  void arrange();
  /// Where the card of layers goes, above `bottom`.
  void arrangeLayers(int right, int bottom);
  /// Bars and legends along the lower edge; returns the y above which nothing of them stands but legends.
  int arrangeLower(int right);
  int legendsWidth() const;
  void updateWelcome();

  CarStore& m_store;
  MapFeed* m_feed;
  MapView* m_view;
  MapSearch* m_search;
  MapButtons* m_buttons;
  MapToolButtons* m_tools;
  LayerPanel* m_layers;
  CarColours* m_colours;
  HeatControls* m_heat = nullptr;
  ChosenBar* m_chosenBar;
  SketchBar* m_sketchBar;
  MapScale* m_scale;
  MapWelcome* m_welcome;
  StaleVeil* m_veil;
  std::vector<MapBar*> m_moreBars;
  int m_rightMargin = 0;
};

}  // namespace carport::ui
