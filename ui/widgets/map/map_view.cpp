#include "ui/widgets/map/map_view.h"

#include "ui/models/car_store.h"
#include "ui/widgets/map/hover_card.h"
#include "ui/widgets/map/label_image.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/state_glyph.h"

#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace carport::ui {
namespace {

constexpr double kFitMarginPx = 72;
constexpr double kFitMaxZoom = 16;
constexpr qint64 kFirstCarsMs = 20'000;  // a fleet that signs in comes one car after the other
constexpr double kFocusPx = 2;
constexpr double kSelectedRingPx = 2.5;
constexpr double kSelectedNamePx = size::kSelectedGlyph / 2.0 + 7;  // from the middle of the selected car

TimePoint computersNow() {
  return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

MapView::MapView(QWidget* parent) : QWidget(parent), m_hover(new HoverCard(this)), m_clock(computersNow) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setAttribute(Qt::WA_OpaquePaintEvent);
  setMinimumSize(320, 240);
  setAccessibleName(tr("Map"));
  m_frameTimer.setSingleShot(true);
  connect(&m_frameTimer, &QTimer::timeout, this, [this] {
    // A followed car moves the map itself.
    if (m_following || m_camera.isMoving() || !m_cars.drawAhead(viewport(), CarStore::steadyMs())) update();
  });
  connect(&m_baseMap, &BaseMapLayer::changed, this, &MapView::pictureCame);
  connect(&m_overlays, &MapOverlays::changed, this, qOverload<>(&QWidget::update));
  connect(&m_overlays, &MapOverlays::namesChanged, this, [this] { m_baseMap.setNamesAbove(m_overlays.names()); });
  connect(&m_cars, &CarLayer::changed, this, &MapView::pictureCame);
  connect(&m_cars, &CarLayer::drawn, this, &MapView::carsDrawn);
  connect(&m_camera, &MapCamera::moved, this, &MapView::cameraMoved);
}

MapView::~MapView() = default;

void MapView::applyLook() {
  const Theme& theme = themeOf(*this);
  m_lookRatio = devicePixelRatioF();
  m_lookKind = theme.kind;
  m_baseMap.setLook(theme, m_lookRatio);
  m_cars.setLook(theme, m_lookRatio);
  update();
}

void MapView::setCars(MapCars cars) {
  m_cars.setCars(std::move(cars));
  if (isVisible()) fitFirstCars();
  if (const MapCar* car = selectedCar()) {
    m_trail.append({car->world, car->position.speed, car->position.time});
  }
  keepInView();
  if (m_hovered && m_hover->isVisible()) {
    if (const MapCar* car = carOf(m_hovered)) showHover(*car);
  }
  // While the map moves the next step shows them. Where the worker draws, the picture before it has come would be the
  // old one.
  if (!m_camera.isMoving() && !m_cars.drawAhead(viewport(), CarStore::steadyMs())) update();
}

void MapView::fitFirstCars() {
  if (cars().empty()) return;
  const bool isFirst = !m_fitted;
  const bool isFurther = m_sinceFirstFit.isValid() && m_sinceFirstFit.elapsed() < kFirstCarsMs &&
                         cars().size() != m_carsInFirstFit && viewport().resized(m_firstFit.size()) == m_firstFit &&
                         !m_selected;
  if (!isFirst && !isFurther) return;
  m_fitted = true;
  if (isFirst) m_sinceFirstFit.start();
  fitAll(false);
  m_firstFit = viewport();
  m_carsInFirstFit = cars().size();
}

void MapView::setTrail(std::vector<TrailPoint> points) {
  m_trail.set(std::move(points));
  if (const MapCar* car = selectedCar()) m_trail.append({car->world, car->position.speed, car->position.time});
  emit trailChanged();
  update();
}

void MapView::follow() {
  const MapCar* car = selectedCar();
  if (!m_following || car == nullptr || m_camera.isMoving() || m_pressed) return;
  const QSignalBlocker quiet(m_camera);  // this is called while painting: what is painted is already new
  m_camera.jumpTo(viewport().centredOn(car->drawnAt(CarStore::steadyMs())));
}

void MapView::zoomBy(double levels) {
  m_camera.zoomBy(levels, QRectF(rect()).center());
}

void MapView::fitAll(bool animated) {
  setFollowing(false);
  std::vector<WorldPoint> places;
  places.reserve(cars().size());
  for (const MapCar& car : cars()) places.push_back(car.world);
  const MapViewport all = viewport().fitted(places, kFitMarginPx, kFitMaxZoom);
  animated ? m_camera.flyTo(all) : m_camera.jumpTo(all);
}

void MapView::showPlace(WorldPoint place, double zoom) {
  m_fitted = true;
  m_camera.flyTo({place, std::max(zoom, viewport().zoom()), viewport().size()});
}

bool MapView::showCar(PrincipalNumber number, double zoom) {
  const MapCar* car = carOf(number);
  if (car == nullptr) return false;
  showPlace(car->drawnAt(CarStore::steadyMs()), zoom);
  return true;
}

const MapCar* MapView::carOf(PrincipalNumber number) const {
  const std::vector<MapCar>& all = cars();
  if (!number) return nullptr;
  // Cars keep their places in the snapshot, so the last index is nearly always right.
  if (m_selectedIndex < all.size() && all[m_selectedIndex].position.car == number) return &all[m_selectedIndex];
  const auto found =
      std::find_if(all.begin(), all.end(), [number](const MapCar& car) { return car.position.car == number; });
  if (found == all.end()) return nullptr;
  if (number == m_selected) m_selectedIndex = std::size_t(found - all.begin());
  return &*found;
}

void MapView::pictureCame() {
  // While the map moves the next step shows it.
  if (!m_camera.isMoving()) update();
}

void MapView::cameraMoved() {
  updateHover();
  update();
  emit viewChanged();
}

void MapView::paintEvent(QPaintEvent*) {
  if (m_lookRatio != devicePixelRatioF() || m_lookKind != themeOf(*this).kind) applyLook();
  follow();
  const qint64 nowMs = CarStore::steadyMs();
  if (m_camera.isMoving()) {
    // Once all of the window is painted.
    const auto done = [this, nowMs] { m_camera.frameTook(CarStore::steadyMs() - nowMs); };
    QMetaObject::invokeMethod(this, done, Qt::QueuedConnection);
  }
  QPainter painter(this);
  m_baseMap.draw(painter, viewport(), m_camera.target());
  m_cars.setNamesBelow(m_baseMap.names());
  const OverlayScene scene{viewport(), themeOf(*this), m_lookRatio};
  for (const OverlayDepth depth : {OverlayDepth::ground, OverlayDepth::wash, OverlayDepth::shapes})
    m_overlays.paint(depth, painter, scene);
  const MapCar* selected = selectedCar();
  const QPointF pixel = selected != nullptr ? viewport().toScreen(selected->drawnAt(nowMs)) : QPointF();
  if (selected != nullptr) m_trail.draw(painter, viewport(), themeOf(*this), &pixel);
  const QRectF name = selected != nullptr ? placeSelectedName(*selected, pixel) : QRectF();
  m_cars.draw(painter, viewport(), m_camera.target(), nowMs, name);
  if (selected != nullptr) paintSelected(painter, *selected, pixel, name);
  m_overlays.paint(OverlayDepth::top, painter, scene);
  paintSketch(painter);
  paintBand(painter);
  if (m_showsFocus) {
    painter.setPen(QPen(themeOf(*this).accent, kFocusPx));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(QRectF(rect()).adjusted(kFocusPx / 2, kFocusPx / 2, -kFocusPx / 2, -kFocusPx / 2));
  }
  if (const auto next = m_cars.nextFrameMs(viewport(), nowMs); next && !m_frameTimer.isActive())
    m_frameTimer.start(*next);
}

QRectF MapView::placeSelectedName(const MapCar& car, QPointF pixel) {
  const LabelStyle style{textFont(TextSize::body, TextWeight::strong), {}, {}};
  const QSizeF room = labelSize(shortName(car.label), style);
  const std::vector<QRectF> taken = m_baseMap.names().in(viewport());
  const auto boxAt = [&](NameSide side) { return nameBox(pixel, kSelectedNamePx, room, side); };
  const auto isFree = [&](NameSide side) {
    const QRectF box = boxAt(side);
    return QRectF(rect()).contains(box) &&
           std::none_of(taken.begin(), taken.end(), [&](const QRectF& other) { return other.intersects(box); });
  };
  if (!isFree(m_selectedSide)) {
    const auto side = std::find_if(kNameSides.begin(), kNameSides.end(), isFree);
    // This one is named in any case.
    m_selectedSide = side != kNameSides.end() ? *side : NameSide::below;
  }
  return boxAt(m_selectedSide);
}

void MapView::paintSelected(QPainter& painter, const MapCar& car, QPointF pixel, const QRectF& name) const {
  const Theme& theme = themeOf(*this);
  const double radius = size::kSelectedGlyph / 2.0 + 5;
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(theme.map.halo, kSelectedRingPx + 2));
  QColor wash = theme.accent;
  wash.setAlphaF(0.16F);
  painter.setBrush(wash);
  painter.drawEllipse(pixel, radius, radius);
  painter.setPen(QPen(theme.accent, kSelectedRingPx));
  painter.setBrush(Qt::NoBrush);
  painter.drawEllipse(pixel, radius, radius);
  if (const auto& scale = m_cars.scale()) {
    const bool moves = car.position.speed >= 1;
    const double heading = moves ? double(car.position.heading) : std::numeric_limits<double>::quiet_NaN();
    const bool known = !std::isnan(car.value);
    const QColor fill = known ? theme.rampColour(scale->part(double(car.value))) : QColor();
    paintValueGlyph(painter, theme, fill, heading, pixel, size::kSelectedGlyph);
  } else {
    paintStateGlyph(painter, theme, car.position.activity, double(car.position.heading), pixel, size::kSelectedGlyph);
  }
  const LabelStyle style{textFont(TextSize::body, TextWeight::strong), theme.text, theme.map.halo};
  const QPointF at = name.topLeft();
  const double ratio = devicePixelRatioF();
  painter.drawImage(QPointF(std::round(at.x() * ratio), std::round(at.y() * ratio)) / ratio,
                    labelImage(shortName(car.label), style, ratio));
}

void MapView::resizeEvent(QResizeEvent*) {
  m_camera.resize(QSizeF(size()));
}

void MapView::showEvent(QShowEvent*) {
  m_camera.resize(QSizeF(size()));
  if (m_fitted) return;
  fitAll(false);
  fitFirstCars();
}

void MapView::changeEvent(QEvent* event) {
  // Fonts and colours are part of what the layers have drawn ahead.
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) applyLook();
  QWidget::changeEvent(event);
}

}  // namespace carport::ui
