#pragma once

#include <QString>

class QPainter;
class QRect;

namespace carport::ui {

struct Theme;

/// Keys as small caps side by side: "Ctrl+K" is two, "F1, ?" are two with a comma between. `width` pixels, in the
/// small text of the type scale.
int keyCapsWidth(const QString& keys);
/// Draws them at the left of `room`, in its middle.
void paintKeyCaps(QPainter& painter, const Theme& theme, const QString& keys, const QRect& room);

}  // namespace carport::ui
