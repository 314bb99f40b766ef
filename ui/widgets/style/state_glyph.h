#pragma once

#include "gateway/api/car_state.h"

#include <QPointF>

class QColor;
class QPainter;

namespace carport::ui {

struct Theme;

/// Draws the sign for what a car does, the same everywhere (map, lists, legends): driving a green arrow that points to
/// `headingDegrees` (clockwise from north; NaN: a disc), idling an amber disc with a gap, parked a blue-grey disc,
/// silent a hollow ring, alarm a red ringed arrow or disc. `diameter` in the painter's units, centred on `centre`.
void paintStateGlyph(QPainter& painter, const Theme& theme, api::Activity activity, double headingDegrees,
                     QPointF centre, double diameter);

/// The sign of a car that is coloured by a figure: an arrow where it moves (`headingDegrees` is a number), otherwise a
/// disc. An invalid `fill`: hollow, no figure is known.
void paintValueGlyph(QPainter& painter, const Theme& theme, const QColor& fill, double headingDegrees, QPointF centre,
                     double diameter);

}  // namespace carport::ui
