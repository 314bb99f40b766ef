#include "ui/widgets/map/map_camera.h"

#include "ui/widgets/style/metrics.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace carport::ui {
namespace {

constexpr qint64 kTickMs = 16;
constexpr qint64 kLongestRestMs = 50;     // slower than that is no movement any more
constexpr double kZoomSeconds = 0.055;    // time constant of the zoom's ease
constexpr double kZoomDone = 0.003;       // levels
constexpr double kInertiaSeconds = 0.22;  // time constant of gliding on
constexpr double kInertiaDone = 12;       // pixels a second
constexpr double kMaxVelocity = 4000;     // pixels a second
constexpr qint64 kHeldStillMs = 60;       // a pointer that rested this long before it let go does not throw
constexpr double kFlightScreens = 3;
constexpr double kFlightLevels = 3;

double easeOut(double t) {
  return 1 - std::pow(1 - t, 3);
}

}  // namespace

MapCamera::MapCamera(QObject* parent) : QObject(parent) {
  m_timer.setSingleShot(true);
  m_timer.setTimerType(Qt::PreciseTimer);
  connect(&m_timer, &QTimer::timeout, this, &MapCamera::tick);
  m_clock.start();
}

MapViewport MapCamera::limited(const MapViewport& viewport) const {
  return {viewport.centre(), std::max(viewport.zoom(), minimumZoom(viewport.size())), viewport.size()};
}

MapViewport MapCamera::target() const {
  switch (m_moving) {
    case Moving::zoom:
      return limited(m_viewport.zoomedAt(m_anchor, m_zoomTarget));
    case Moving::flight:
      return m_flightTo;
    case Moving::inertia:
      // What is left of the way of something that loses its speed exponentially.
      return m_viewport.panned(m_velocity * kInertiaSeconds);
    case Moving::not_:
      break;
  }
  return m_viewport;
}

void MapCamera::set(const MapViewport& viewport) {
  const MapViewport next = limited(viewport);
  if (next == m_viewport) return;
  m_viewport = next;
  emit moved();
}

void MapCamera::resize(QSizeF size) {
  m_flightTo = m_flightTo.resized(size);
  m_flightFrom = m_flightFrom.resized(size);
  set(m_viewport.resized(size));
}

void MapCamera::jumpTo(const MapViewport& viewport) {
  stop();
  set(viewport);
}

void MapCamera::stop() {
  m_timer.stop();
  if (std::exchange(m_moving, Moving::not_) != Moving::not_) emit moved();
}

void MapCamera::start(Moving moving) {
  m_moving = moving;
  m_lastTickMs = m_clock.elapsed();
  m_awaitsFrame = true;
  m_timer.start(int(kTickMs));
}

void MapCamera::frameTook(qint64 ms) {
  // Only the frame that shows the last step: others must not put off the next one.
  if (isMoving() && std::exchange(m_awaitsFrame, false))
    m_timer.start(int(std::min(std::max(ms, kTickMs - ms), kLongestRestMs)));
}

void MapCamera::flyTo(const MapViewport& viewport) {
  const MapViewport to = limited(viewport);
  const QPointF way =
      m_viewport.toScreen(to.centre()) - QPointF(m_viewport.size().width(), m_viewport.size().height()) / 2;
  const bool far = std::abs(way.x()) > kFlightScreens * m_viewport.size().width() ||
                   std::abs(way.y()) > kFlightScreens * m_viewport.size().height() ||
                   std::abs(to.zoom() - m_viewport.zoom()) > kFlightLevels;
  if (far || reducedMotion()) {
    jumpTo(to);
    return;
  }
  m_flightFrom = m_viewport;
  m_flightTo = to;
  start(Moving::flight);
  // As with zooming, the hand sees at once that it is followed.
  m_flightBegunMs = m_lastTickMs - kTickMs;
  tickFlight();
}

void MapCamera::zoomBy(double steps, QPointF anchor) {
  const double from = m_moving == Moving::zoom ? m_zoomTarget : m_viewport.zoom();
  m_zoomTarget = std::clamp(from + steps, minimumZoom(m_viewport.size()), kMaxZoom);
  m_anchor = anchor;
  if (reducedMotion()) {
    jumpTo(m_viewport.zoomedAt(anchor, m_zoomTarget));
  } else if (m_moving != Moving::zoom) {
    start(Moving::zoom);
    // The hand sees at once that it is followed. Turned on and on, it never waits for a tick that is put off again.
    tickZoom(double(kTickMs) / 1000);
  }
}

void MapCamera::beginDrag() {
  stop();
  m_velocity = {};
  m_lastDragMs = m_clock.elapsed();
}

void MapCamera::dragBy(QPointF pixels) {
  const qint64 now = m_clock.elapsed();
  const double seconds = std::max(0.004, double(now - m_lastDragMs) / 1000);
  m_lastDragMs = now;
  // The newest movement counts most, older ones smooth it.
  m_velocity = m_velocity * 0.4 + pixels / seconds * 0.6;
  set(m_viewport.panned(pixels));
}

void MapCamera::endDrag() {
  const bool rested = m_clock.elapsed() - m_lastDragMs > kHeldStillMs;
  const double speed = std::hypot(m_velocity.x(), m_velocity.y());
  if (rested || reducedMotion() || speed < kInertiaDone * 4) return;
  if (speed > kMaxVelocity) m_velocity *= kMaxVelocity / speed;
  start(Moving::inertia);
}

void MapCamera::tick() {
  const qint64 now = m_clock.elapsed();
  const double seconds = double(now - m_lastTickMs) / 1000;
  m_lastTickMs = now;
  m_awaitsFrame = true;
  // Nobody may be looking: then there is no frame to wait for.
  m_timer.start(int(kTickMs));
  switch (m_moving) {
    case Moving::zoom:
      tickZoom(seconds);
      break;
    case Moving::flight:
      tickFlight();
      break;
    case Moving::inertia:
      tickInertia(seconds);
      break;
    case Moving::not_:
      m_timer.stop();
      break;
  }
}

void MapCamera::tickZoom(double seconds) {
  const double left = m_zoomTarget - m_viewport.zoom();
  if (std::abs(left) < kZoomDone) {
    set(m_viewport.zoomedAt(m_anchor, m_zoomTarget));
    stop();
    return;
  }
  set(m_viewport.zoomedAt(m_anchor, m_viewport.zoom() + left * (1 - std::exp(-seconds / kZoomSeconds))));
}

void MapCamera::tickFlight() {
  const double t = std::min(1.0, double(m_clock.elapsed() - m_flightBegunMs) / motion::kUsualMs);
  if (t >= 1) {
    set(m_flightTo);
    stop();
    return;
  }
  const double part = easeOut(t);
  const double zoom = m_flightFrom.zoom() + (m_flightTo.zoom() - m_flightFrom.zoom()) * part;
  const WorldPoint from = m_flightFrom.centre();
  const WorldPoint to(nearestCopy(m_flightTo.centre().x(), from.x()), m_flightTo.centre().y());
  set({from + (to - from) * part, zoom, m_viewport.size()});
}

void MapCamera::tickInertia(double seconds) {
  m_velocity *= std::exp(-seconds / kInertiaSeconds);
  if (std::hypot(m_velocity.x(), m_velocity.y()) < kInertiaDone) {
    stop();
    return;
  }
  set(m_viewport.panned(m_velocity * seconds));
}

}  // namespace carport::ui
