#pragma once

#include "ui/models/projection.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace carport::ui {

/// Moves a MapViewport smoothly: zooms with ease at the pointer, glides on after a drag, flies to a place. Without
/// motion where the system asks for that. Owner: MapView. GUI thread.
class MapCamera : public QObject {
  Q_OBJECT

 public:
  explicit MapCamera(QObject* parent = nullptr);

  const MapViewport& viewport() const { return m_viewport; }
  /// Where the movement under way will end; viewport() where there is none.
  MapViewport target() const;
  bool isMoving() const { return m_moving != Moving::not_; }

  void resize(QSizeF size);
  /// At once.
  void jumpTo(const MapViewport& viewport);
  /// Within 180 ms; farther than a few screens at once, because the way would show nothing.
  void flyTo(const MapViewport& viewport);
  /// Adds `steps` zoom levels to where the zoom is going, keeping the place under `anchor`.
  void zoomBy(double steps, QPointF anchor);

  void beginDrag();
  void dragBy(QPointF pixels);
  /// Lets go: the map glides on as fast as it was dragged last.
  void endDrag();
  void stop();
  /// How long the window took to paint a frame, in ms. The next step waits as long again: on a computer that is busy
  /// with other things, movement that takes all of the thread's time would make the hand wait for its turn.
  void frameTook(qint64 ms);

 signals:
  /// viewport() is another one, or what it was moved by has come to its end.
  void moved();

 private:
  enum class Moving { not_, zoom, flight, inertia };

  void tick();
  void tickZoom(double seconds);
  void tickFlight();
  void tickInertia(double seconds);
  void start(Moving moving);
  void set(const MapViewport& viewport);
  MapViewport limited(const MapViewport& viewport) const;

  MapViewport m_viewport;
  Moving m_moving = Moving::not_;
  QTimer m_timer;
  QElapsedTimer m_clock;
  qint64 m_lastTickMs = 0;
  bool m_awaitsFrame = false;  ///< the last step has not been painted yet
  double m_zoomTarget = 0;
  QPointF m_anchor;
  MapViewport m_flightFrom;
  MapViewport m_flightTo;
  qint64 m_flightBegunMs = 0;
  QPointF m_velocity;  ///< pixels a second
  qint64 m_lastDragMs = 0;
};

}  // namespace carport::ui
