#include "ui/widgets/map/fence_editor.h"

#include "ui/models/car_set.h"
#include "ui/models/fence_geometry.h"
#include "ui/models/phrases.h"
#include "ui/widgets/map/map_sketch.h"
#include "ui/widgets/map/map_view.h"

#include <QApplication>
#include <QMouseEvent>

#include <algorithm>
#include <cmath>

namespace carport::ui {
namespace {

constexpr double kCornerReachPx = 9;
constexpr double kMiddleFromPx = 28;  // a shorter edge has no dot in its middle
constexpr double kStartReachPx2 = 12;

double apart(QPointF a, QPointF b) {
  return std::hypot(a.x() - b.x(), a.y() - b.y());
}

}  // namespace

FenceEditor::FenceEditor(MapView& view, QObject* parent) : MapOverlay(OverlayDepth::top, parent), m_view(view) {
  setShown(false);
}

void FenceEditor::start(Mode mode, const FenceDraft& draft) {
  m_mode = mode;
  m_begun = mode;
  m_draft = draft;
  m_corner.reset();
  m_hovered = {};
  m_pressedAt.reset();
  m_dragged.reset();
  m_middle.reset();
  m_isPanning = false;
  setShown(mode != Mode::idle);
  // A tool of the map would draw at the same time.
  if (isActive()) m_view.setTool(MapTool::none);
  changed();
}

void FenceEditor::drawArea() {
  start(Mode::area, FenceDraft());
}

void FenceEditor::drawCircle() {
  start(Mode::circle, FenceDraft());
}

void FenceEditor::change(const api::FenceShape& shape) {
  start(Mode::change, FenceDraft(shape));
}

void FenceEditor::leave() {
  if (isActive()) start(Mode::idle, FenceDraft());
}

void FenceEditor::setColour(int colour) {
  m_colour = colour;
  emit MapOverlay::changed();
}

void FenceEditor::changed() {
  m_problem = isActive() ? m_draft.problem() : QString();
  if (m_corner && !m_draft.place(*m_corner)) m_corner.reset();
  emit MapOverlay::changed();
  emit edited();
}

void FenceEditor::complete() {
  m_mode = Mode::change;
  m_middle.reset();
  changed();
  emit completed();
}

void FenceEditor::close() {
  if (m_draft.close()) complete();
}

void FenceEditor::fitMode() {
  // What was closed may be open again, and what was drawn be gone.
  m_mode = m_draft.isEmpty() ? m_begun : m_draft.isOpen() ? Mode::area : Mode::change;
  changed();
}

void FenceEditor::undo() {
  if (m_draft.undo()) fitMode();
}

void FenceEditor::redo() {
  if (m_draft.redo()) fitMode();
}

QString FenceEditor::measuredWords(const api::FenceShape& shape) {
  const QString measured =
      tr("%1, %2 around").arg(areaText(fenceAreaSquareMetres(shape)), phrases::distance(fenceBorderMetres(shape)));
  const auto* circle = std::get_if<api::FenceCircle>(&shape);
  return circle == nullptr ? measured : tr("%1 radius, %2").arg(phrases::distance(circle->radius), measured);
}

QString FenceEditor::words() const {
  if (m_mode == Mode::circle && m_draft.isEmpty()) {
    return m_middle ? tr("Let go, or press Space, where the border is to be")
                    : tr("Press in the middle of the circle and drag to its border");
  }
  if (m_draft.isEmpty()) return tr("Click the corners of the fence");
  if (m_draft.isOpen() && !m_draft.canClose()) return tr("Click the next corner");
  return measuredWords(m_draft.shape());
}

api::FencePoint FenceEditor::placeOf(QPointF pixel, const MapViewport& viewport) const {
  const GeoPoint place = toGeo(viewport.fromScreen(pixel));
  return {place.latitude, place.longitude};
}

QPointF FenceEditor::pixelOf(api::FencePoint place, const MapViewport& viewport) const {
  return viewport.toScreen(toWorld({place.latitude, place.longitude}));
}

QPolygonF FenceEditor::pixelsOf(const api::FenceRing& ring, const MapViewport& viewport) const {
  QPolygonF line;
  if (ring.empty()) return line;
  // All of the ring on one turn of the globe, as near to the middle as it can be.
  const double first = toWorld({ring.front().latitude, ring.front().longitude}).x();
  const double turn = nearestCopy(first, viewport.centre().x()) - first;
  const QPointF half(viewport.size().width() / 2, viewport.size().height() / 2);
  for (const api::FencePoint& corner : ring) {
    const WorldPoint world = toWorld({corner.latitude, corner.longitude}) + WorldPoint(turn, 0);
    line << (world - viewport.centre()) * viewport.worldPx() + half;
  }
  return line;
}

bool FenceEditor::isAtStart(QPointF pixel, const MapViewport& viewport) const {
  if (!m_draft.canClose()) return false;
  return apart(pixelOf(m_draft.rings().front().front(), viewport), pixel) <= kStartReachPx2;
}

FenceEditor::Target FenceEditor::targetAt(QPointF pixel, const MapViewport& viewport) const {
  Target best;
  double nearest = kCornerReachPx;
  const auto take = [&](Target::Kind kind, FenceCorner corner, QPointF at) {
    if (apart(at, pixel) > nearest) return;
    nearest = apart(at, pixel);
    best = {kind, corner};
  };
  if (m_draft.isCircle()) {
    take(Target::Kind::corner, {0, 0}, pixelOf(*m_draft.place({0, 0}), viewport));
    take(Target::Kind::corner, {0, 1}, pixelOf(*m_draft.place({0, 1}), viewport));
    if (best.kind != Target::Kind::none) return best;
    const QPolygonF border = pixelsOf(unwrapped(circleRing(*m_draft.circle())), viewport);
    if (insidePolygon(border, pixel)) best.kind = Target::Kind::inside;
    return best;
  }
  bool isInside = false;
  for (std::size_t ring = 0; ring < m_draft.rings().size(); ++ring) {
    const QPolygonF line = pixelsOf(m_draft.rings()[ring], viewport);
    for (qsizetype n = 0; n < line.size(); ++n) take(Target::Kind::corner, {ring, std::size_t(n)}, line[n]);
    if (best.kind == Target::Kind::corner) continue;
    for (qsizetype n = 0; n < line.size() && !m_draft.isOpen(); ++n) {
      const QPointF to = line[(n + 1) % line.size()];
      if (apart(line[n], to) >= kMiddleFromPx) take(Target::Kind::middle, {ring, std::size_t(n)}, (line[n] + to) / 2);
    }
    if (insidePolygon(line, pixel)) isInside = !isInside;
  }
  if (best.kind == Target::Kind::none && isInside && !m_draft.isOpen()) best.kind = Target::Kind::inside;
  return best;
}

void FenceEditor::clickAt(QPointF pixel, const MapViewport& viewport) {
  if (m_mode != Mode::area) {
    m_corner.reset();
    return changed();
  }
  if (isAtStart(pixel, viewport)) return close();
  m_draft.addCorner(placeOf(pixel, viewport));
  changed();
}

bool FenceEditor::mousePressed(const QMouseEvent& event, const MapViewport& viewport) {
  if (event.button() != Qt::LeftButton) return false;
  m_view.setFocus(Qt::MouseFocusReason);
  m_pressedAt = event.position();
  m_pointer = event.position();
  m_isPanning = false;
  m_dragged.reset();
  if (m_mode == Mode::circle && m_draft.isEmpty()) {
    if (!m_middle) m_middle = placeOf(event.position(), viewport);
    changed();
  } else if (m_mode == Mode::change) {
    const Target target = targetAt(event.position(), viewport);
    if (target.kind != Target::Kind::none) beginDrag(target, event.position(), viewport);
  }
  return true;
}

void FenceEditor::beginDrag(const Target& target, QPointF pixel, const MapViewport& viewport) {
  m_draft.beginStep();
  m_dragged = target;
  m_dragWorld = viewport.fromScreen(pixel);
  if (target.kind == Target::Kind::middle) {
    m_draft.insertAfter(target.corner, placeOf(pixel, viewport));
    m_dragged = Target{Target::Kind::corner, {target.corner.ring, target.corner.index + 1}};
  }
  m_corner.reset();
  if (m_dragged->kind == Target::Kind::corner) m_corner = m_dragged->corner;
  changed();
}

void FenceEditor::dragTo(QPointF pixel, const MapViewport& viewport) {
  const WorldPoint world = viewport.fromScreen(pixel);
  if (m_dragged->kind == Target::Kind::corner) {
    m_draft.moveCorner(m_dragged->corner, placeOf(pixel, viewport));
  } else {
    m_draft.moveBy(world.x() - m_dragWorld.x(), world.y() - m_dragWorld.y());
  }
  m_dragWorld = world;
  changed();
}

bool FenceEditor::mouseMoved(const QMouseEvent& event, const MapViewport& viewport) {
  const QPointF before = m_pointer.value_or(event.position());
  m_pointer = event.position();
  if (m_pressedAt && m_dragged) {
    // A trembling hand moves nothing.
    const bool isFar = (event.position() - *m_pressedAt).manhattanLength() >= QApplication::startDragDistance();
    if (isFar || m_isPanning) {
      m_isPanning = true;
      dragTo(event.position(), viewport);
    }
    return true;
  }
  if (m_pressedAt && !m_middle) {
    const bool isFar = (event.position() - *m_pressedAt).manhattanLength() >= QApplication::startDragDistance();
    if (isFar || m_isPanning) {
      m_view.setFollowing(false);
      m_view.setViewport(viewport.panned(event.position() - (m_isPanning ? before : *m_pressedAt)));
      m_isPanning = true;
    }
    return true;
  }
  if (m_mode == Mode::change) m_hovered = targetAt(event.position(), viewport);
  emit MapOverlay::changed();
  return true;
}

void FenceEditor::mouseReleased(const QMouseEvent& event, const MapViewport& viewport) {
  if (event.button() != Qt::LeftButton || !m_pressedAt) return;
  const QPointF from = *m_pressedAt;
  m_pressedAt.reset();
  if (m_dragged) {
    m_dragged.reset();
    m_draft.endStep();
    m_hovered = targetAt(event.position(), viewport);
    return changed();
  }
  if (m_middle && m_mode == Mode::circle) {
    const bool isFar = (event.position() - from).manhattanLength() >= QApplication::startDragDistance();
    // A click says where the middle is, the next one where the border is.
    if (!isFar && apart(pixelOf(*m_middle, viewport), event.position()) < kCornerReachPx) return changed();
    const api::FencePoint border = placeOf(event.position(), viewport);
    m_draft.setCircle(*m_middle, metresBetween(*m_middle, border));
    return complete();
  }
  if (!m_isPanning) clickAt(event.position(), viewport);
  m_isPanning = false;
}

bool FenceEditor::mouseDoubleClicked(const QMouseEvent& event, const MapViewport&) {
  if (event.button() == Qt::LeftButton && m_mode == Mode::area) close();
  return true;
}

void FenceEditor::pointerLeft() {
  m_pointer.reset();
  m_hovered = {};
  emit MapOverlay::changed();
}

Qt::CursorShape FenceEditor::cursor() const {
  if (m_dragged || m_isPanning) return Qt::ClosedHandCursor;
  if (m_mode == Mode::area || (m_mode == Mode::circle && m_draft.isEmpty())) return Qt::CrossCursor;
  switch (m_hovered.kind) {
    case Target::Kind::corner:
    case Target::Kind::middle:
      return Qt::PointingHandCursor;
    case Target::Kind::inside:
      return Qt::SizeAllCursor;
    case Target::Kind::none:
      break;
  }
  return Qt::OpenHandCursor;
}

}  // namespace carport::ui
