#pragma once

#include "ui/models/fence_draft.h"
#include "ui/models/projection.h"
#include "ui/widgets/map/map_overlay.h"

#include <QPolygonF>

#include <optional>
#include <vector>

namespace carport::ui {

class MapView;

/// The hand that draws and changes one fence on the map, over everything else.
///
/// Drawing an area: a click or Space sets a corner, a double click, Enter, C or a click on the first corner closes it,
/// Backspace takes the last corner back. Drawing a circle: press in its middle, drag, let go; or Space for the middle
/// and once more for its border, the map moved in between. Changing: corners are dragged, the dot in the middle of an
/// edge makes a further corner, the inside moves the whole; N and Shift+N go from corner to corner, arrows move the
/// chosen one (with Shift faster), Insert puts one after it, Delete takes it out, Enter goes to the form. Ctrl+Z and
/// Ctrl+Shift+Z; Esc backs out one step. Owner: FenceControls; the view outlives it. GUI thread.
class FenceEditor : public MapOverlay {
  Q_OBJECT

 public:
  enum class Mode {
    idle,    ///< nothing is drawn and no hand taken
    area,    ///< corners are being set
    circle,  ///< a circle is being drawn
    change   ///< what there is is being changed
  };

  explicit FenceEditor(MapView& view, QObject* parent = nullptr);

  void drawArea();
  void drawCircle();
  void change(const api::FenceShape& shape);
  void leave();
  /// As fences have it.
  void setColour(int colour);

  Mode mode() const { return m_mode; }
  bool isActive() const { return m_mode != Mode::idle; }
  const FenceDraft& draft() const { return m_draft; }
  /// Whether what is drawn could be saved as it is, and why not.
  bool isDone() const { return isActive() && m_problem.isEmpty() && !m_draft.isOpen(); }
  const QString& problem() const { return m_problem; }
  /// "3.4 ha, 820 m around", or what to do next.
  QString words() const;
  /// "3.4 ha, 820 m around"; of a circle its radius, too.
  static QString measuredWords(const api::FenceShape& shape);
  /// The corner that the keys move.
  std::optional<FenceCorner> chosenCorner() const { return m_corner; }

  void undo();
  void redo();
  /// The area goes back to its first corner.
  void close();
  void markSaved() { m_draft.markSaved(); }

  void paint(QPainter& painter, const OverlayScene& scene) override;
  bool mousePressed(const QMouseEvent& event, const MapViewport& viewport) override;
  bool mouseMoved(const QMouseEvent& event, const MapViewport& viewport) override;
  void mouseReleased(const QMouseEvent& event, const MapViewport& viewport) override;
  bool mouseDoubleClicked(const QMouseEvent& event, const MapViewport& viewport) override;
  bool keyPressed(const QKeyEvent& event, const MapViewport& viewport) override;
  bool claimsKey(const QKeyEvent& event) const override;
  void pointerLeft() override;
  Qt::CursorShape cursor() const override;

 signals:
  /// The draft, the mode or what to do next is another.
  void edited();
  /// A new shape is whole, or Enter was pressed: it wants a name.
  void completed();
  /// Esc, and there is nothing left to back out of.
  void leaveWanted();

 private:
  /// What is under the pointer.
  struct Target {
    enum class Kind { none, corner, middle, inside } kind = Kind::none;
    FenceCorner corner;  ///< of a middle: the corner before it

    bool operator==(const Target&) const = default;
  };

  void start(Mode mode, const FenceDraft& draft);
  void changed();
  void complete();
  /// After a step back or forth.
  void fitMode();
  Target targetAt(QPointF pixel, const MapViewport& viewport) const;
  void clickAt(QPointF pixel, const MapViewport& viewport);
  void beginDrag(const Target& target, QPointF pixel, const MapViewport& viewport);
  void dragTo(QPointF pixel, const MapViewport& viewport);
  bool drawingKey(int key, const MapViewport& viewport);
  bool changingKey(const QKeyEvent& event, const MapViewport& viewport);
  bool moveCornerByKey(const QKeyEvent& event, const MapViewport& viewport);
  void backOut();
  bool isAtStart(QPointF pixel, const MapViewport& viewport) const;
  api::FencePoint placeOf(QPointF pixel, const MapViewport& viewport) const;
  QPointF pixelOf(api::FencePoint place, const MapViewport& viewport) const;
  QPolygonF pixelsOf(const api::FenceRing& ring, const MapViewport& viewport) const;
  void paintShape(QPainter& painter, const OverlayScene& scene) const;
  void paintRubber(QPainter& painter, const OverlayScene& scene) const;
  void paintHandles(QPainter& painter, const OverlayScene& scene) const;
  void paintRadius(QPainter& painter, const OverlayScene& scene) const;

  MapView& m_view;
  FenceDraft m_draft;
  Mode m_mode = Mode::idle;
  Mode m_begun = Mode::idle;  ///< what it began with
  int m_colour = 0;
  QString m_problem;
  std::optional<FenceCorner> m_corner;
  Target m_hovered;
  std::optional<QPointF> m_pointer;
  std::optional<QPointF> m_pressedAt;
  std::optional<Target> m_dragged;  ///< what the hand has; none while it moves the map
  bool m_isPanning = false;
  std::optional<api::FencePoint> m_middle;  ///< of a circle that is being drawn
  WorldPoint m_dragWorld;                   ///< where the drag was last
};

}  // namespace carport::ui
