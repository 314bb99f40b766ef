// The hand on the map: mouse, wheel and keyboard of MapView.
#include "ui/models/car_store.h"
#include "ui/widgets/map/hover_card.h"
#include "ui/widgets/map/map_view.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include <cmath>

namespace carport::ui {
namespace {

constexpr double kWheelLevels = 0.5;  // zoom levels for one notch of a wheel
constexpr double kKeyLevels = 1.0;
constexpr double kClickLevels = 1.0;
constexpr double kClusterLevels = 2.0;  // how much nearer than one click a cluster may be opened
constexpr double kKeyPanPx = 96;
constexpr double kNotch = 120;  // QWheelEvent::angleDelta of one notch
constexpr double kSelectedReachPx = 16;

}  // namespace

std::optional<PrincipalNumber> MapView::carAt(QPointF pixel) {
  const qint64 nowMs = CarStore::steadyMs();
  if (const MapCar* car = selectedCar()) {
    const QPointF apart = viewport().toScreen(car->drawnAt(nowMs)) - pixel;
    if (std::hypot(apart.x(), apart.y()) <= kSelectedReachPx) return m_selected;
  }
  return m_cars.carAt(pixel, viewport(), nowMs);
}

bool MapView::event(QEvent* event) {
  // A tool's keys are the map's, whatever else they do in the window.
  if (event->type() == QEvent::ShortcutOverride) {
    const auto* keys = static_cast<QKeyEvent*>(event);
    const bool isToolKey = tool() != MapTool::none && keys->modifiers() == Qt::NoModifier &&
                           (keys->key() == Qt::Key_Space || keys->key() == Qt::Key_Backspace);
    if (isToolKey || m_overlays.claimsKey(*keys)) {
      event->accept();
      return true;
    }
  }
  if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut) {
    const Qt::FocusReason reason = static_cast<QFocusEvent*>(event)->reason();
    m_showsFocus =
        event->type() == QEvent::FocusIn && (reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason);
    update();
  }
  return QWidget::event(event);
}

void MapView::mousePressEvent(QMouseEvent* event) {
  m_showsFocus = false;
  if (m_overlays.mousePressed(*event, viewport())) {
    m_hover->hide();
    return;
  }
  if (event->button() != Qt::LeftButton) return;
  if (event->modifiers().testFlag(Qt::ShiftModifier) && tool() == MapTool::none) {
    m_band = QRectF(event->position(), event->position());
    m_bandAdds = event->modifiers().testFlag(Qt::ControlModifier);
    m_pointer = event->position();
    m_hover->hide();
    return;
  }
  m_pressed = true;
  m_dragging = false;
  m_pressedAt = event->position();
  m_pointer = event->position();
  m_camera.beginDrag();
}

void MapView::mouseMoveEvent(QMouseEvent* event) {
  const QPointF before = m_pointer.value_or(event->position());
  m_pointer = event->position();
  emit pointed(toGeo(viewport().fromScreen(event->position())));
  Qt::CursorShape taken = Qt::ArrowCursor;
  if (!m_band && !m_pressed && m_overlays.mouseMoved(*event, viewport(), taken)) {
    m_hovered = {};
    m_hover->hide();
    setCursor(taken);
    return;
  }
  if (m_band) {
    m_band->setBottomRight(event->position());
    update();
    return;
  }
  if (!m_pressed) {
    if (m_sketch.isOpen()) update();
    updateHover();
    return;
  }
  if (!m_dragging) {
    if ((event->position() - m_pressedAt).manhattanLength() < QApplication::startDragDistance()) return;
    m_dragging = true;
    setCursor(Qt::ClosedHandCursor);
    m_hover->hide();
    setFollowing(false);
    m_camera.dragBy(event->position() - m_pressedAt);
    return;
  }
  m_camera.dragBy(event->position() - before);
}

void MapView::mouseReleaseEvent(QMouseEvent* event) {
  if (m_overlays.mouseReleased(*event, viewport())) return;
  if (event->button() == Qt::LeftButton && m_band) {
    const QPointF way = event->position() - m_band->topLeft();
    if (way.manhattanLength() >= QApplication::startDragDistance()) {
      endBand();
    } else {
      m_band.reset();
      clickAt(event->position(), true);
    }
    return;
  }
  if (event->button() != Qt::LeftButton || !m_pressed) return;
  m_pressed = false;
  if (m_dragging) {
    m_dragging = false;
    m_camera.endDrag();
    updateHover();
  } else {
    clickAt(event->position(), event->modifiers().testFlag(Qt::ControlModifier));
  }
}

void MapView::clickAt(QPointF pixel, bool further) {
  if (tool() != MapTool::none) {
    addSketchPoint(pixel);
    return;
  }
  if (const auto car = carAt(pixel)) {
    CarSet cars = further ? m_chosen : CarSet{};
    if (!further || !cars.remove(car->value)) cars.insert(car->value);
    chooseCars(cars);
    return;
  }
  if (const auto cluster = m_cars.clusterAt(pixel, viewport(), CarStore::steadyMs())) {
    const QRectF box = cluster->bounds;
    const WorldPoint corners[] = {viewport().fromScreen(box.topLeft()), viewport().fromScreen(box.bottomRight())};
    const MapViewport near = viewport().fitted(corners, width() / 6.0, viewport().zoom() + kClusterLevels + 2);
    const double zoom = std::max(near.zoom(), viewport().zoom() + kClickLevels);
    m_camera.flyTo({near.centre(), zoom, viewport().size()});
    return;
  }
  if (m_overlays.clicked(pixel, viewport())) return;
  // With Ctrl held a near miss must not cost the whole choice.
  if (!further) choose(PrincipalNumber{});
}

void MapView::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  if (m_overlays.mouseDoubleClicked(*event, viewport())) return;
  m_pressed = false;
  if (tool() != MapTool::none) {
    finishSketch();
    return;
  }
  if (const auto car = carAt(event->position())) {
    emit carActivated(*car);
    return;
  }
  m_camera.zoomBy(event->modifiers().testFlag(Qt::ShiftModifier) ? -kClickLevels : kClickLevels, event->position());
}

void MapView::wheelEvent(QWheelEvent* event) {
  const double notches = event->angleDelta().y() / kNotch;
  if (notches == 0) return;
  if (m_chosen.size() > 1) setFollowing(false);
  // A followed car stays in the middle: zoom there.
  m_camera.zoomBy(notches * kWheelLevels, m_following ? QRectF(rect()).center() : event->position());
  event->accept();
}

bool MapView::panByKey(int key) {
  QPointF by;
  switch (key) {
    case Qt::Key_Left:
      by = {kKeyPanPx, 0};
      break;
    case Qt::Key_Right:
      by = {-kKeyPanPx, 0};
      break;
    case Qt::Key_Up:
      by = {0, kKeyPanPx};
      break;
    case Qt::Key_Down:
      by = {0, -kKeyPanPx};
      break;
    default:
      return false;
  }
  setFollowing(false);
  m_camera.flyTo(m_camera.target().panned(by));
  return true;
}

void MapView::keyPressEvent(QKeyEvent* event) {
  if (m_overlays.keyPressed(*event, viewport())) return;
  if (panByKey(event->key()) || toolKey(event->key()) || chooseByKey(*event)) return;
  switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      zoomBy(kKeyLevels);
      return;
    case Qt::Key_Minus:
    case Qt::Key_Underscore:
      zoomBy(-kKeyLevels);
      return;
    case Qt::Key_F:
      setFollowing(!m_following);
      return;
    case Qt::Key_Home:
      fitAll();
      return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (m_selected) emit carActivated(m_selected);
      return;
    case Qt::Key_Escape:
      // Handled only while there is a step to back out of; otherwise the page's turn.
      if (!backOut()) break;
      return;
    default:
      break;
  }
  QWidget::keyPressEvent(event);
}

void MapView::leaveEvent(QEvent*) {
  m_pointer.reset();
  m_overlays.pointerLeft();
  if (tool() != MapTool::none) update();
  m_hover->hide();
  emit pointed(std::nullopt);
}

void MapView::showHover(const MapCar& car) {
  m_hovered = car.position.car;
  m_hover->showCar(car, m_clock(), *m_pointer);
}

void MapView::updateHover() {
  // What lies under a held button is what was there when it went down.
  if (m_pressed && !m_dragging) return;
  m_hovered = {};
  if (!m_pointer || m_dragging || m_band || m_camera.isMoving() || tool() != MapTool::none) {
    if (tool() != MapTool::none && !m_dragging) setCursor(Qt::CrossCursor);
    m_hover->hide();
    return;
  }
  if (const auto number = carAt(*m_pointer)) {
    setCursor(Qt::PointingHandCursor);
    if (const MapCar* car = carOf(*number)) showHover(*car);
    return;
  }
  if (const auto cluster = m_cars.clusterAt(*m_pointer, viewport(), CarStore::steadyMs())) {
    setCursor(Qt::PointingHandCursor);
    m_hover->showCluster(*cluster, *m_pointer);
    return;
  }
  setCursor(Qt::OpenHandCursor);
  m_hover->hide();
}

}  // namespace carport::ui
