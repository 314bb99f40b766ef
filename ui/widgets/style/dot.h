#pragma once

#include <QColor>
#include <QPixmap>

namespace carport::ui {

/// A dot that says by its filling whether something is so: filled where it is, a ring where not. `ratio` is the
/// device's pixel ratio.
QPixmap dotPixmap(const QColor& colour, bool filled, int diameterPx, qreal ratio);

}  // namespace carport::ui
