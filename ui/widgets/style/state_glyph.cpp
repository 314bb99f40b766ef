#include "ui/widgets/style/state_glyph.h"

#include "ui/widgets/style/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <cmath>

namespace carport::ui {
namespace {

constexpr double kEdge = 0.10;  // width of the edge around a glyph, in diameters

/// A navigation arrow, tip up, inside the unit circle around the origin.
QPainterPath arrow() {
  QPainterPath path;
  path.moveTo(0, -1.0);
  path.lineTo(0.84, 0.84);
  path.lineTo(0, 0.5);
  path.lineTo(-0.84, 0.84);
  path.closeSubpath();
  return path;
}

void paintArrow(QPainter& painter, const QColor& fill, const QColor& edge, double radius, double headingDegrees) {
  painter.save();
  painter.rotate(headingDegrees);
  painter.scale(radius, radius);
  painter.setPen(QPen(edge, 2 * kEdge, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  painter.setBrush(fill);
  painter.drawPath(arrow());
  painter.restore();
}

void paintDisc(QPainter& painter, const QColor& fill, const QColor& edge, double radius) {
  painter.setPen(QPen(edge, 2 * kEdge * radius));
  painter.setBrush(fill);
  painter.drawEllipse(QPointF(), radius, radius);
}

void paintIdling(QPainter& painter, const QColor& fill, const QColor& edge, double radius) {
  paintDisc(painter, fill, edge, radius);
  // The gap: two bars, as on a pause button.
  painter.setPen(Qt::NoPen);
  painter.setBrush(edge);
  const double half = radius * 0.42;
  const double width = radius * 0.26;
  painter.drawRect(QRectF(-radius * 0.36, -half, width, 2 * half));
  painter.drawRect(QRectF(radius * 0.10, -half, width, 2 * half));
}

void paintHollow(QPainter& painter, const QColor& outline, const QColor& edge, double radius) {
  QColor inside = edge;
  inside.setAlphaF(0.85F);
  painter.setPen(QPen(outline, radius * 0.36));
  painter.setBrush(inside);
  painter.drawEllipse(QPointF(), radius * 0.82, radius * 0.82);
}

}  // namespace

void paintStateGlyph(QPainter& painter, const Theme& theme, api::Activity activity, double headingDegrees,
                     QPointF centre, double diameter) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.translate(centre);
  const double radius = diameter / 2;
  const QColor& fill = theme.stateColour(activity);
  const QColor& edge = theme.map.glyphEdge;
  const bool points = !std::isnan(headingDegrees);
  switch (activity) {
    case api::Activity::driving:
      points ? paintArrow(painter, fill, edge, radius, headingDegrees) : paintDisc(painter, fill, edge, radius * 0.82);
      break;
    case api::Activity::idling:
      paintIdling(painter, fill, edge, radius * 0.82);
      break;
    case api::Activity::parked:
      paintDisc(painter, fill, edge, radius * 0.66);
      break;
    case api::Activity::alarm:
      painter.setPen(QPen(fill, radius * 0.22));
      painter.setBrush(edge);
      painter.drawEllipse(QPointF(), radius * 1.18, radius * 1.18);
      points ? paintArrow(painter, fill, edge, radius * 0.86, headingDegrees)
             : paintDisc(painter, fill, edge, radius * 0.66);
      break;
    case api::Activity::silent:
    case api::Activity::unknown:
      paintHollow(painter, fill, edge, radius * 0.82);
      break;
  }
  painter.restore();
}

void paintValueGlyph(QPainter& painter, const Theme& theme, const QColor& fill, double headingDegrees, QPointF centre,
                     double diameter) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.translate(centre);
  const double radius = diameter / 2;
  const QColor& edge = theme.map.glyphEdge;
  if (!fill.isValid()) {
    paintHollow(painter, theme.state.silent, edge, radius * 0.74);
  } else if (std::isnan(headingDegrees)) {
    paintDisc(painter, fill, edge, radius * 0.74);
  } else {
    paintArrow(painter, fill, edge, radius, headingDegrees);
  }
  painter.restore();
}

}  // namespace carport::ui
