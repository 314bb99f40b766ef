#pragma once

namespace carport::ui {

/// To be called before the application object is made: windows are then painted as soon as something in them has
/// changed. Qt would wait five milliseconds for more of it (QT_QPA_UPDATE_IDLE_TIME, which is left alone where it is
/// set), and on a computer that is busy a window that has given up its turn waits several times as long for the next.
void paintPromptly();

}  // namespace carport::ui
