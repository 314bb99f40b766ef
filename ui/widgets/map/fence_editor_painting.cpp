// How FenceEditor draws.
#include "ui/models/fence_geometry.h"
#include "ui/models/phrases.h"
#include "ui/widgets/map/fence_editor.h"
#include "ui/widgets/map/label_image.h"
#include "ui/widgets/map/map_view.h"
#include "ui/widgets/style/metrics.h"

#include <QPainter>
#include <QPainterPath>

#include <cmath>

namespace carport::ui {
namespace {

constexpr double kEditLinePx = 2;
constexpr double kEditHaloPx = 5;
constexpr double kCornerPx = 4.5;  // radius
constexpr double kChosenCornerPx = 6.5;
constexpr double kMiddlePx = 3;
constexpr double kShortestEdgePx = 28;  // a shorter one has no dot in its middle
constexpr double kCrowdedPx = 7;        // corners nearer to each other than this are not all drawn
constexpr double kCrossArmPx = 9;
constexpr float kEditWash = 0.18F;

QPen editPen(const QColor& colour, double width, Qt::PenStyle style = Qt::SolidLine) {
  return {colour, width, style, Qt::RoundCap, Qt::RoundJoin};
}

void paintHandle(QPainter& painter, QPointF at, double radius, const QColor& line, const QColor& fill) {
  painter.setPen(QPen(line, kEditLinePx));
  painter.setBrush(fill);
  painter.drawEllipse(at, radius, radius);
}

}  // namespace

void FenceEditor::paint(QPainter& painter, const OverlayScene& scene) {
  painter.setRenderHint(QPainter::Antialiasing);
  paintShape(painter, scene);
  if (m_mode == Mode::area) paintRubber(painter, scene);
  if (m_mode == Mode::circle) paintRadius(painter, scene);
  paintHandles(painter, scene);
  const bool isDrawing = m_mode == Mode::area || m_mode == Mode::circle;
  if (!isDrawing || m_pointer || !m_view.hasFocus()) return;
  // Where Space sets the next point.
  const QPointF middle(scene.viewport.size().width() / 2, scene.viewport.size().height() / 2);
  for (const QPen& pen : {editPen(scene.theme.map.halo, 4), editPen(scene.theme.accent, kEditLinePx)}) {
    painter.setPen(pen);
    painter.drawLine(middle - QPointF(kCrossArmPx, 0), middle + QPointF(kCrossArmPx, 0));
    painter.drawLine(middle - QPointF(0, kCrossArmPx), middle + QPointF(0, kCrossArmPx));
  }
}

void FenceEditor::paintShape(QPainter& painter, const OverlayScene& scene) const {
  QPainterPath path;
  path.setFillRule(Qt::OddEvenFill);
  if (m_draft.isCircle()) {
    path.addPolygon(pixelsOf(unwrapped(circleRing(*m_draft.circle())), scene.viewport));
    path.closeSubpath();
  }
  for (const api::FenceRing& ring : m_draft.rings()) {
    path.addPolygon(pixelsOf(ring, scene.viewport));
    if (!m_draft.isOpen()) path.closeSubpath();
  }
  if (path.isEmpty()) return;
  QPainterPath inside = path;
  // As it would be with the corner that the pointer is about to set.
  if (m_draft.isOpen() && m_pointer) inside.lineTo(*m_pointer);
  const QColor colour = scene.theme.series[std::size_t(m_colour) % scene.theme.series.size()];
  QColor wash = colour;
  wash.setAlphaF(kEditWash);
  painter.fillPath(inside, wash);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(editPen(scene.theme.map.halo, kEditHaloPx));
  painter.drawPath(path);
  // A border that cannot be saved says so.
  const bool isWrong = !m_problem.isEmpty() && !m_draft.isOpen();
  painter.setPen(
      editPen(isWrong ? scene.theme.state.alarm : colour, kEditLinePx, isWrong ? Qt::DashLine : Qt::SolidLine));
  painter.drawPath(path);
}

void FenceEditor::paintRubber(QPainter& painter, const OverlayScene& scene) const {
  if (!m_draft.isOpen()) return;
  const QPolygonF line = pixelsOf(m_draft.rings().front(), scene.viewport);
  const QPointF middle(scene.viewport.size().width() / 2, scene.viewport.size().height() / 2);
  QPointF to = m_pointer.value_or(middle);
  if (isAtStart(to, scene.viewport)) to = line.first();
  const QColor colour = scene.theme.series[std::size_t(m_colour) % scene.theme.series.size()];
  painter.setBrush(Qt::NoBrush);
  for (const QPen& pen : {editPen(scene.theme.map.halo, kEditHaloPx), editPen(colour, kEditLinePx, Qt::DashLine)}) {
    painter.setPen(pen);
    painter.drawLine(line.last(), to);
    if (line.size() >= 2) painter.drawLine(to, line.first());
  }
}

void FenceEditor::paintRadius(QPainter& painter, const OverlayScene& scene) const {
  if (!m_middle || !m_draft.isEmpty()) return;
  const QPointF from = pixelOf(*m_middle, scene.viewport);
  const QPointF centre(scene.viewport.size().width() / 2, scene.viewport.size().height() / 2);
  const QPointF to = m_pointer.value_or(centre);
  const double radius = metresBetween(*m_middle, placeOf(to, scene.viewport));
  const QColor colour = scene.theme.series[std::size_t(m_colour) % scene.theme.series.size()];
  if (radius >= api::kMinFenceRadius && radius <= api::kMaxFenceRadius) {
    QPainterPath path;
    path.addPolygon(pixelsOf(unwrapped(circleRing({*m_middle, radius})), scene.viewport));
    path.closeSubpath();
    QColor wash = colour;
    wash.setAlphaF(kEditWash);
    painter.fillPath(path, wash);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(editPen(colour, kEditLinePx));
    painter.drawPath(path);
  }
  painter.setPen(editPen(colour, kEditLinePx, Qt::DashLine));
  painter.drawLine(from, to);
  paintHandle(painter, from, kCornerPx, colour, scene.theme.map.halo);
  const LabelStyle style{textFont(TextSize::small, TextWeight::strong), scene.theme.text, scene.theme.map.halo};
  const QString words = phrases::distance(radius);
  const QSizeF room = labelSize(words, style);
  const QPointF at = to + QPointF(-room.width() / 2, space::kGroup);
  painter.drawImage(QPointF(std::round(at.x()), std::round(at.y())), labelImage(words, style, scene.ratio));
}

void FenceEditor::paintHandles(QPainter& painter, const OverlayScene& scene) const {
  const QColor colour = scene.theme.series[std::size_t(m_colour) % scene.theme.series.size()];
  const QRectF seen = QRectF(QPointF(), scene.viewport.size()).adjusted(-kCornerPx, -kCornerPx, kCornerPx, kCornerPx);
  const auto handle = [&](FenceCorner corner, QPointF at) {
    const bool isChosen = m_corner == corner;
    const bool isHovered = m_hovered.kind == Target::Kind::corner && m_hovered.corner == corner;
    paintHandle(painter, at, isChosen || isHovered ? kChosenCornerPx : kCornerPx,
                isChosen ? scene.theme.accent : colour, isChosen ? scene.theme.accent : scene.theme.map.halo);
  };
  if (m_draft.isCircle()) {
    for (const std::size_t index : {0U, 1U}) handle({0, index}, pixelOf(*m_draft.place({0, index}), scene.viewport));
    return;
  }
  for (std::size_t ring = 0; ring < m_draft.rings().size(); ++ring) {
    const QPolygonF line = pixelsOf(m_draft.rings()[ring], scene.viewport);
    std::optional<QPointF> last;
    for (qsizetype n = 0; n < line.size(); ++n) {
      const QPointF to = line[(n + 1) % line.size()];
      const QPointF middle = (line[n] + to) / 2;
      const bool hasMiddle =
          m_mode == Mode::change && std::hypot(to.x() - line[n].x(), to.y() - line[n].y()) >= kShortestEdgePx;
      if (hasMiddle && seen.contains(middle)) {
        const bool isHovered = m_hovered == Target{Target::Kind::middle, {ring, std::size_t(n)}};
        paintHandle(painter, middle, isHovered ? kCornerPx : kMiddlePx, colour,
                    isHovered ? colour : scene.theme.map.halo);
      }
      const bool isCrowded = last && (line[n] - *last).manhattanLength() < kCrowdedPx;
      const FenceCorner corner{ring, std::size_t(n)};
      if (!seen.contains(line[n]) || (isCrowded && m_corner != corner)) continue;
      last = line[n];
      handle(corner, line[n]);
    }
  }
}

}  // namespace carport::ui
