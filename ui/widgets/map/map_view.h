#pragma once

#include "ui/widgets/map/base_map_layer.h"
#include "ui/widgets/map/car_layer.h"
#include "ui/widgets/map/map_camera.h"
#include "ui/widgets/map/map_overlays.h"
#include "ui/widgets/map/map_sketch.h"
#include "ui/widgets/map/trail.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <functional>
#include <optional>

namespace carport::ui {

class HoverCard;

/// The map: the world, the cars on it, the selected one with its trail, and the hand that moves it. Knows no store and
/// no gateway: cars come as a snapshot, wishes go out as signals. Painted by QPainter alone. GUI thread.
///
/// Wheel zooms at the pointer, dragging pans, a click chooses a car, Ctrl+click one more, Shift+drag all in a
/// rectangle, a double click opens a car or zooms; arrows pan, + and - zoom, Ctrl+A chooses all in sight, F follows,
/// Home shows every car, Enter opens the selected car, A and M take up the tools, Esc backs out one step (tool,
/// following, choice). With a tool a click or Space (in the middle) sets a point, Backspace takes one back, Enter ends,
/// C closes.
class MapView : public QWidget {
  Q_OBJECT

 public:
  explicit MapView(QWidget* parent = nullptr);
  ~MapView() override;

  /// Takes the place of all cars. Cheap: what is drawn is decided later.
  void setCars(MapCars cars);
  const std::vector<MapCar>& cars() const { return m_cars.cars(); }
  /// The gateway's clock, by which ages are told; the computer's without one.
  void setClock(std::function<TimePoint()> clock) { m_clock = std::move(clock); }

  /// The only chosen car; 0 while none or several are.
  PrincipalNumber selected() const { return m_selected; }
  /// Selects without moving the map; 0 selects none. Clears the trail when the car is another one.
  void select(PrincipalNumber car);
  const CarSet& chosen() const { return m_chosen; }
  void setChosen(const CarSet& cars);
  /// The same by the hand: carSelected() tells of the only one.
  void chooseCars(const CarSet& cars);
  /// Every car that is in sight now.
  CarSet carsInSight() const;
  /// Where the selected car has been; newer fixes are added as they come.
  void setTrail(std::vector<TrailPoint> points);
  const Trail& trail() const { return m_trail; }

  bool isFollowing() const { return m_following; }
  /// Keeps the selected car in the middle, or all chosen ones in sight, until the map is dragged. Without a chosen car:
  /// no.
  void setFollowing(bool following);

  /// Colours go by MapCar::value along this scale; none: by state.
  void setScale(const std::optional<ColourScale>& scale);
  /// What MapCar::value is, for the card under the pointer.
  void setMetric(const QString& metric);
  /// Names the street at a place; an empty name where there is none.
  void setStreetFinder(std::function<QString(GeoPoint)> finder);

  /// The street maps (index files) that are drawn under the cars. `ofOpenStreetMap`: whether any of them is its
  /// contributors' work, which the map then says.
  void setStreetMaps(const QStringList& files, bool ofOpenStreetMap);
  /// Whether places, waters and streets have their names.
  void setNamed(bool named) { m_baseMap.setNamed(named); }
  bool hasStreetMaps() const { return m_baseMap.hasStreetMaps(); }
  bool namesOpenStreetMap() const { return m_namesOpenStreetMap; }
  /// What else is drawn on the map.
  MapOverlays& overlays() { return m_overlays; }

  MapTool tool() const { return m_sketch.tool(); }
  /// Takes up a tool, or lays it down.
  void setTool(MapTool tool);
  const MapSketch& sketch() const { return m_sketch; }
  /// Ends what the tool draws: a line, or an area whose cars are then chosen.
  void finishSketch();
  /// The line goes back to its start.
  void closeSketch();
  void clearSketch();

  const MapViewport& viewport() const { return m_camera.viewport(); }
  void setViewport(const MapViewport& viewport) { m_camera.jumpTo(viewport); }
  /// Shows a place at a zoom, and leaves it there when the first cars come.
  void jumpTo(WorldPoint place, double zoom) {
    m_fitted = true;
    m_camera.jumpTo({place, zoom, viewport().size()});
  }
  void zoomBy(double levels);
  /// Shows all cars; the world where there are none.
  void fitAll(bool animated = true);
  /// Brings a place to the middle, at `zoom` or nearer.
  void showPlace(WorldPoint place, double zoom);
  /// showPlace for a car; false where it has no fix.
  bool showCar(PrincipalNumber car, double zoom);

  /// Whether everything that is to be seen is drawn sharply: for tests and screenshots.
  bool isSettled() const { return m_baseMap.isSettled() && m_overlays.areSettled() && !m_camera.isMoving(); }

 signals:
  /// A car was clicked; 0: none any more.
  void carSelected(carport::PrincipalNumber car);
  /// chosen() changed, by the hand or otherwise.
  void selectionChanged();
  void trailChanged();
  /// The cars as they are now are on the screen, or in the picture that is put there next.
  void carsDrawn();
  /// A car was double-clicked, or Enter pressed.
  void carActivated(carport::PrincipalNumber car);
  void followChanged(bool following);
  /// Place, zoom or size changed.
  void viewChanged();
  /// hasStreetMaps() or namesOpenStreetMap() may be another.
  void streetMapsChanged();
  /// tool() or sketch() changed.
  void sketchChanged();
  /// The pointer is over this place; none where it left.
  void pointed(std::optional<carport::ui::GeoPoint> place);

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  void applyLook();
  void follow();
  void cameraMoved();
  void pictureCame();
  void paintSelected(QPainter& painter, const MapCar& car, QPointF pixel, const QRectF& name) const;
  /// Where the name of the selected car stands: where nothing else is written, if there is such a side.
  QRectF placeSelectedName(const MapCar& car, QPointF pixel);
  const MapCar* carOf(PrincipalNumber number) const;
  const MapCar* selectedCar() const { return carOf(m_selected); }
  std::optional<PrincipalNumber> carAt(QPointF pixel);
  void updateHover();
  void showHover(const MapCar& car);
  void choose(PrincipalNumber car);
  void clickAt(QPointF pixel, bool further);
  bool panByKey(int key);
  bool toolKey(int key);
  bool chooseByKey(const QKeyEvent& event);
  /// False where there is nothing to back out of.
  bool backOut();
  void keepInView();
  void addSketchPoint(QPointF pixel);
  void paintSketch(QPainter& painter) const;
  void paintBand(QPainter& painter) const;
  void endBand();
  /// Brings the first cars into sight, and those that come in the seconds after them while nobody moved the map.
  void fitFirstCars();

  MapCamera m_camera;
  BaseMapLayer m_baseMap;
  CarLayer m_cars;
  MapOverlays m_overlays;
  Trail m_trail;
  HoverCard* m_hover;
  QTimer m_frameTimer;
  std::function<TimePoint()> m_clock;
  CarSet m_chosen;
  PrincipalNumber m_selected;
  mutable std::size_t m_selectedIndex = 0;    ///< where the selected car was found last
  NameSide m_selectedSide = NameSide::below;  ///< on which side its name stands
  bool m_namesOpenStreetMap = false;
  bool m_following = false;
  bool m_fitted = false;  ///< whether the first cars were brought into sight
  MapViewport m_firstFit;
  QElapsedTimer m_sinceFirstFit;
  std::size_t m_carsInFirstFit = 0;
  double m_lookRatio = 0;
  ThemeKind m_lookKind = ThemeKind::light;
  MapSketch m_sketch;
  std::optional<QRectF> m_band;  ///< from where Shift was pressed to the pointer, pixels
  bool m_bandAdds = false;
  PrincipalNumber m_hovered;
  std::optional<QPointF> m_pointer;
  QPointF m_pressedAt;
  bool m_pressed = false;
  bool m_dragging = false;
  bool m_showsFocus = false;  ///< the keyboard came by Tab, and nobody has pressed a button since
};

}  // namespace carport::ui
