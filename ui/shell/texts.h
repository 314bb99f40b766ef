#pragma once

class QCoreApplication;

namespace carport::ui {

/// Gives the application the window's texts as far as they are not in its code: sentences with counts in them have a
/// form for one and one for several (translations/carport_en.ts). Call it once, before the first window.
void installTexts(QCoreApplication& application);

}  // namespace carport::ui
