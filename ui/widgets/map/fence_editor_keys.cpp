// The keyboard of FenceEditor.
#include "ui/models/fence_geometry.h"
#include "ui/widgets/map/fence_editor.h"
#include "ui/widgets/map/map_view.h"

#include <QKeyEvent>

namespace carport::ui {
namespace {

constexpr double kCornerStepPx = 2;
constexpr double kCornerFastPx = 16;

bool isUndo(const QKeyEvent& event) {
  return event.matches(QKeySequence::Undo);
}

bool isRedo(const QKeyEvent& event) {
  const auto keys = event.modifiers() & ~Qt::KeypadModifier;
  return event.matches(QKeySequence::Redo) ||
         (event.key() == Qt::Key_Z && keys == (Qt::ControlModifier | Qt::ShiftModifier));
}

}  // namespace

bool FenceEditor::claimsKey(const QKeyEvent& event) const {
  if (!isActive()) return false;
  if (isUndo(event) || isRedo(event)) return true;
  if (event.modifiers() & (Qt::ControlModifier | Qt::AltModifier)) return false;
  switch (event.key()) {
    case Qt::Key_Space:
    case Qt::Key_Backspace:
    case Qt::Key_Delete:
    case Qt::Key_Insert:
    case Qt::Key_Escape:
    case Qt::Key_C:
    case Qt::Key_N:
      return true;
    default:
      return false;
  }
}

bool FenceEditor::keyPressed(const QKeyEvent& event, const MapViewport& viewport) {
  if (!isActive()) return false;
  if (isUndo(event)) {
    undo();
    return true;
  }
  if (isRedo(event)) {
    redo();
    return true;
  }
  if (event.modifiers() & (Qt::ControlModifier | Qt::AltModifier)) return false;
  if (event.key() == Qt::Key_Escape) {
    backOut();
    return true;
  }
  return m_mode == Mode::change ? changingKey(event, viewport) : drawingKey(event.key(), viewport);
}

bool FenceEditor::drawingKey(int key, const MapViewport& viewport) {
  const bool isArrow = key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up || key == Qt::Key_Down;
  // From here on the cross in the middle sets the points, until the mouse moves again.
  if (isArrow || key == Qt::Key_Space) m_pointer.reset();
  const QPointF middle(viewport.size().width() / 2, viewport.size().height() / 2);
  switch (key) {
    case Qt::Key_Space:
      if (m_mode == Mode::area) {
        clickAt(middle, viewport);
      } else if (!m_middle) {
        m_middle = placeOf(middle, viewport);
        changed();
      } else {
        m_draft.setCircle(*m_middle, metresBetween(*m_middle, placeOf(middle, viewport)));
        complete();
      }
      return true;
    case Qt::Key_Backspace:
    case Qt::Key_Delete:
      if (m_mode == Mode::area && m_draft.takeBackCorner()) {
        changed();
      } else if (m_middle) {
        m_middle.reset();
        changed();
      }
      return true;
    case Qt::Key_C:
    case Qt::Key_Return:
    case Qt::Key_Enter:
      close();
      return true;
    // The letters of other tools, and the cars' keys, would be a surprise in the middle of a drawing.
    case Qt::Key_A:
    case Qt::Key_M:
    case Qt::Key_N:
    case Qt::Key_F:
      return true;
    default:
      return false;
  }
}

bool FenceEditor::changingKey(const QKeyEvent& event, const MapViewport& viewport) {
  const bool isBack = event.modifiers().testFlag(Qt::ShiftModifier);
  switch (event.key()) {
    case Qt::Key_N:
      m_corner = m_draft.next(m_corner, isBack);
      emit MapOverlay::changed();
      emit edited();
      return true;
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
      if (m_corner && m_draft.removeCorner(*m_corner)) changed();
      return true;
    case Qt::Key_Insert:
      if (m_corner && !m_draft.isCircle()) {
        const api::FenceRing& ring = m_draft.rings()[m_corner->ring];
        const api::FencePoint from = ring[m_corner->index];
        const api::FencePoint to = ring[(m_corner->index + 1) % ring.size()];
        const QPolygonF edge = pixelsOf(unwrapped(api::FenceRing{from, to}), viewport);
        if (m_draft.insertAfter(*m_corner, placeOf((edge[0] + edge[1]) / 2, viewport))) ++m_corner->index;
        changed();
      }
      return true;
    case Qt::Key_A:
    case Qt::Key_M:
    case Qt::Key_F:
    case Qt::Key_C:
    case Qt::Key_Space:
      return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      emit completed();
      return true;
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
      return moveCornerByKey(event, viewport);
    default:
      return false;
  }
}

bool FenceEditor::moveCornerByKey(const QKeyEvent& event, const MapViewport& viewport) {
  const auto place = m_corner ? m_draft.place(*m_corner) : std::nullopt;
  if (!place) return false;  // the map moves
  const double step = event.modifiers().testFlag(Qt::ShiftModifier) ? kCornerFastPx : kCornerStepPx;
  QPointF by;
  if (event.key() == Qt::Key_Left) by = {-step, 0};
  if (event.key() == Qt::Key_Right) by = {step, 0};
  if (event.key() == Qt::Key_Up) by = {0, -step};
  if (event.key() == Qt::Key_Down) by = {0, step};
  m_draft.moveCorner(*m_corner, placeOf(pixelOf(*place, viewport) + by, viewport));
  changed();
  return true;
}

void FenceEditor::backOut() {
  if (m_dragged) {
    m_dragged.reset();
    m_pressedAt.reset();
    m_draft.endStep();
    undo();
  } else if (m_middle) {
    m_middle.reset();
    changed();
  } else if (m_corner) {
    m_corner.reset();
    changed();
  } else if (m_draft.isChanged()) {
    m_draft.revert();
    fitMode();
  } else {
    emit leaveWanted();
  }
}

}  // namespace carport::ui
