// Which cars are chosen on the map, keeping them in view, and the tools that draw: parts of MapView.
#include "ui/models/car_store.h"
#include "ui/widgets/map/hover_card.h"
#include "ui/widgets/map/map_view.h"
#include "ui/widgets/style/metrics.h"

#include <QKeyEvent>
#include <QPainter>

#include <algorithm>

namespace carport::ui {
namespace {

constexpr double kKeepMarginPx = 40;  // a followed car nearer to the edge than this moves the map
constexpr double kKeepFitPx = 120;    // room around followed cars when it moves
constexpr double kKeepMaxZoom = 15;
constexpr double kKeepLevels = 1.2;  // followed cars that have come so much closer together are shown nearer
constexpr float kBandWash = 0.12F;
constexpr double kCrossPx = 9;

}  // namespace

void MapView::select(PrincipalNumber car) {
  setChosen(car ? CarSet{car.value} : CarSet{});
}

void MapView::setChosen(const CarSet& cars) {
  if (cars == m_chosen) return;
  m_chosen = cars;
  const PrincipalNumber only = onlyOf(cars);
  const bool another = only != m_selected;
  m_selected = only;
  m_cars.setHidden(only);
  m_cars.setChosen(only ? CarSet{} : cars);
  if (cars.isEmpty()) setFollowing(false);
  if (another) {
    m_trail.clear();
    if (const MapCar* now = selectedCar()) m_trail.append({now->world, now->position.speed, now->position.time});
  }
  emit selectionChanged();
  keepInView();
  update();
}

void MapView::chooseCars(const CarSet& cars) {
  const PrincipalNumber before = m_selected;
  setChosen(cars);
  if (m_selected != before) emit carSelected(m_selected);
}

void MapView::choose(PrincipalNumber car) {
  chooseCars(car ? CarSet{car.value} : CarSet{});
}

CarSet MapView::carsInSight() const {
  CarSet all;
  const qint64 nowMs = CarStore::steadyMs();
  const QRectF seen(rect());
  for (const MapCar& car : cars()) {
    if (seen.contains(viewport().toScreen(car.drawnAt(nowMs)))) all.insert(car.position.car.value);
  }
  return all;
}

void MapView::setFollowing(bool following) {
  const bool several = m_chosen.size() > 1;
  const bool next = following && (several || selectedCar() != nullptr);
  if (next == m_following) return;
  m_following = next;
  emit followChanged(next);
  if (next && !several) m_camera.flyTo(viewport().centredOn(selectedCar()->drawnAt(CarStore::steadyMs())));
  keepInView();
  update();
}

void MapView::keepInView() {
  if (!m_following || m_chosen.size() < 2 || m_camera.isMoving() || m_pressed) return;
  const qint64 nowMs = CarStore::steadyMs();
  std::vector<WorldPoint> places;
  for (const MapCar& car : cars()) {
    if (m_chosen.contains(car.position.car.value)) places.push_back(car.drawnAt(nowMs));
  }
  if (places.empty()) return;
  const QRectF inside = QRectF(rect()).adjusted(kKeepMarginPx, kKeepMarginPx, -kKeepMarginPx, -kKeepMarginPx);
  const bool allSeen = std::all_of(places.begin(), places.end(), [&](const WorldPoint& place) {
    return inside.contains(viewport().toScreen(place));
  });
  const MapViewport fit = viewport().fitted(places, kKeepFitPx, kKeepMaxZoom);
  if (!allSeen || fit.zoom() > viewport().zoom() + kKeepLevels) m_camera.flyTo(fit);
}

void MapView::setScale(const std::optional<ColourScale>& scale) {
  m_cars.setScale(scale);
  update();
}

void MapView::setMetric(const QString& metric) {
  m_hover->setMetric(metric);
}

void MapView::setStreetFinder(std::function<QString(GeoPoint)> finder) {
  m_hover->setStreetFinder(std::move(finder));
}

void MapView::setStreetMaps(const QStringList& files, bool ofOpenStreetMap) {
  m_namesOpenStreetMap = ofOpenStreetMap && !files.isEmpty();
  m_baseMap.setStreetMaps(files);
  emit streetMapsChanged();
}

void MapView::setTool(MapTool tool) {
  if (tool == m_sketch.tool()) return;
  m_sketch.start(tool);
  m_hover->hide();
  setCursor(tool == MapTool::none ? Qt::OpenHandCursor : Qt::CrossCursor);
  emit sketchChanged();
  update();
}

void MapView::addSketchPoint(QPointF pixel) {
  if (m_sketch.canClose() && m_sketch.isOpen() && m_sketch.isAtStart(pixel, viewport())) {
    m_sketch.tool() == MapTool::area ? finishSketch() : closeSketch();
    return;
  }
  m_sketch.add(toGeo(viewport().fromScreen(pixel)));
  emit sketchChanged();
  update();
}

void MapView::finishSketch() {
  if (m_sketch.tool() == MapTool::measure) {
    m_sketch.end();
  } else if (m_sketch.canClose()) {
    CarSet inside;
    const qint64 nowMs = CarStore::steadyMs();
    for (const MapCar& car : cars()) {
      if (m_sketch.contains(car.drawnAt(nowMs))) inside.insert(car.position.car.value);
    }
    m_sketch.start(MapTool::none);
    setCursor(Qt::OpenHandCursor);
    chooseCars(inside);
  }
  emit sketchChanged();
  update();
}

void MapView::closeSketch() {
  m_sketch.close();
  emit sketchChanged();
  update();
}

void MapView::clearSketch() {
  m_sketch.clear();
  emit sketchChanged();
  update();
}

bool MapView::toolKey(int key) {
  if (tool() == MapTool::none) return false;
  switch (key) {
    case Qt::Key_Space:
      addSketchPoint(QRectF(rect()).center());
      return true;
    case Qt::Key_Backspace:
      m_sketch.takeBack();
      emit sketchChanged();
      update();
      return true;
    case Qt::Key_C:
      tool() == MapTool::area ? finishSketch() : closeSketch();
      return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      finishSketch();
      return true;
    default:
      return false;
  }
}

bool MapView::chooseByKey(const QKeyEvent& event) {
  const bool control = event.modifiers().testFlag(Qt::ControlModifier);
  if (control && event.key() == Qt::Key_A) {
    chooseCars(carsInSight());
    return true;
  }
  if (control || event.modifiers().testFlag(Qt::AltModifier)) return false;
  if (event.key() != Qt::Key_A && event.key() != Qt::Key_M) return false;
  const MapTool wanted = event.key() == Qt::Key_A ? MapTool::area : MapTool::measure;
  setTool(tool() == wanted ? MapTool::none : wanted);
  return true;
}

bool MapView::backOut() {
  if (m_band) {
    m_band.reset();
    m_pressed = false;
    update();
  } else if (!m_sketch.isEmpty()) {
    clearSketch();
  } else if (tool() != MapTool::none) {
    setTool(MapTool::none);
  } else if (m_following) {
    setFollowing(false);
  } else if (!m_chosen.isEmpty()) {
    chooseCars({});
  } else {
    return false;
  }
  return true;
}

void MapView::endBand() {
  const QRectF band = m_band->normalized();
  m_band.reset();
  CarSet inside = m_bandAdds ? m_chosen : CarSet{};
  const qint64 nowMs = CarStore::steadyMs();
  for (const MapCar& car : cars()) {
    if (band.contains(viewport().toScreen(car.drawnAt(nowMs)))) inside.insert(car.position.car.value);
  }
  chooseCars(inside);
  update();
}

void MapView::paintSketch(QPainter& painter) const {
  if (tool() == MapTool::none) return;
  const Theme& theme = themeOf(*this);
  const QPointF middle = QRectF(rect()).center();
  m_sketch.draw(painter, viewport(), theme, m_pointer ? m_pointer : std::optional(middle));
  if (m_pointer || !hasFocus()) return;
  // Where Space sets the next point.
  for (const auto& [colour, width] : {std::pair(theme.map.halo, 4.0), std::pair(theme.accent, 2.0)}) {
    painter.setPen(QPen(colour, width));
    painter.drawLine(middle - QPointF(kCrossPx, 0), middle + QPointF(kCrossPx, 0));
    painter.drawLine(middle - QPointF(0, kCrossPx), middle + QPointF(0, kCrossPx));
  }
}

void MapView::paintBand(QPainter& painter) const {
  if (!m_band) return;
  const Theme& theme = themeOf(*this);
  QColor wash = theme.accent;
  wash.setAlphaF(kBandWash);
  painter.setRenderHint(QPainter::Antialiasing, false);
  painter.setPen(QPen(theme.accent, size::kHairline));
  painter.setBrush(wash);
  painter.drawRect(m_band->normalized());
}

}  // namespace carport::ui
