#pragma once

#include "ui/models/projection.h"
#include "ui/widgets/map/name_boxes.h"
#include "ui/widgets/style/theme.h"

#include <QCursor>
#include <QObject>

class QKeyEvent;
class QMouseEvent;
class QPainter;

namespace carport::ui {

/// Where among the other things of the map an overlay is drawn, from below to above.
enum class OverlayDepth {
  ground,  ///< right over the world and its streets: pictures of the ground
  wash,    ///< a colouring of areas: the heat map
  shapes,  ///< outlines and their names: fences. The trail and the cars are drawn over these
  top      ///< over the cars: what the hand is at, the operator's own place
};

/// What an overlay is drawn with.
struct OverlayScene {
  const MapViewport& viewport;
  const Theme& theme;
  double ratio;  ///< device pixels of one device-independent pixel
};

/// Something that is drawn on the map and may take the hand: derive from it, and hand it to MapView::overlays(). The
/// events come in the map's own pixels; the uppermost overlay that is shown is asked first. Owner: whoever makes it, or
/// its parent; it leaves the map when it is destroyed. GUI thread: what takes more than a millisecond is drawn on a
/// PictureWorker and put there by paint().
class MapOverlay : public QObject {
  Q_OBJECT

 public:
  explicit MapOverlay(OverlayDepth depth, QObject* parent = nullptr) : QObject(parent), m_depth(depth) {}

  OverlayDepth depth() const { return m_depth; }
  bool isShown() const { return m_isShown; }
  /// One that is not shown is neither drawn nor asked.
  void setShown(bool shown) {
    if (shown == m_isShown) return;
    m_isShown = shown;
    emit changed();
    emit attributionChanged();
    emit namesChanged();
  }

  /// Draws it; the painter's state is put back by the caller.
  virtual void paint(QPainter& painter, const OverlayScene& scene) = 0;
  /// Whose work is seen, as it must be written on the map; empty where nobody's.
  virtual QString attribution() const { return {}; }
  /// Where it writes names, for all others to keep clear of.
  virtual NamePlaces names() const { return {}; }
  /// Whether everything that is to be seen is drawn: for tests and screenshots.
  virtual bool isSettled() const { return true; }

  /// A button went down, before the map and its cars are asked. True: every move until the release comes here, and the
  /// map stays where it is.
  virtual bool mousePressed(const QMouseEvent&, const MapViewport&) { return false; }
  /// The pointer moved, with what mousePressed() took or with no button down. True: nothing else under it is shown, and
  /// cursor() counts.
  virtual bool mouseMoved(const QMouseEvent&, const MapViewport&) { return false; }
  /// The release after a press that was taken.
  virtual void mouseReleased(const QMouseEvent&, const MapViewport&) {}
  /// Before the map and its cars are asked.
  virtual bool mouseDoubleClicked(const QMouseEvent&, const MapViewport&) { return false; }
  /// A click that hit neither car nor cluster, with no tool at hand. True: the choice of cars stays.
  virtual bool clicked(QPointF, const MapViewport&) { return false; }
  /// A key, before the map has it. True: taken.
  virtual bool keyPressed(const QKeyEvent&, const MapViewport&) { return false; }
  /// Whether keyPressed() will take a key that is a shortcut elsewhere in the window (Space, Delete, Ctrl+Z).
  virtual bool claimsKey(const QKeyEvent&) const { return false; }
  virtual void pointerLeft() {}
  virtual Qt::CursorShape cursor() const { return Qt::ArrowCursor; }

 signals:
  /// Draw again.
  void changed();
  /// attribution() is another.
  void attributionChanged();
  /// names() answers something else.
  void namesChanged();

 private:
  OverlayDepth m_depth;
  bool m_isShown = true;
};

}  // namespace carport::ui
