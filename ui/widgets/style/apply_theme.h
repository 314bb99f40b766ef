#pragma once

#include "ui/widgets/style/theme.h"

class QApplication;

namespace carport::ui {

/// Gives the whole application one look: Fusion style, the theme's palette, the type scale's font and one short style
/// sheet. May be called again at any time, with another theme or text scale; open windows follow. `textScale` is 1 for
/// 100 %.
///
/// The style sheet knows a few words that a widget may carry as the dynamic property `kind`:
/// QPushButton `primary`, `danger`, `quiet`; QToolButton `rail`, `floating`; QFrame `card`, `floating`, `line`,
/// `strip`; QLabel `title`, `display`, `muted`, `strong`, `error`, `small`. The property `touch` (true) makes a
/// QPushButton or QLineEdit 36 high.
void applyTheme(QApplication& application, const Theme& theme, double textScale = 1.0);

/// The style sheet that applyTheme sets.
QString styleSheet(const Theme& theme, double textScale);

/// Sets the property `kind` and has the style sheet looked at again, for a widget whose kind changes while it is shown.
void setKind(QWidget& widget, const char* kind);

}  // namespace carport::ui
