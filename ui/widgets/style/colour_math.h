#pragma once

#include <QColor>

namespace carport::ui {

/// Relative luminance of an opaque sRGB colour, 0 to 1 (WCAG 2.2).
double relativeLuminance(const QColor& colour);
/// Contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2).
double contrastRatio(const QColor& a, const QColor& b);
/// `share` (0 to 1) of `over` mixed into `under`, opaque.
QColor mixed(const QColor& under, const QColor& over, double share);

}  // namespace carport::ui
