#include "ui/shell/prompt_painting.h"

#include <QtGlobal>

namespace carport::ui {

void paintPromptly() {
  constexpr const char* kIdleTime = "QT_QPA_UPDATE_IDLE_TIME";
  if (!qEnvironmentVariableIsSet(kIdleTime)) qputenv(kIdleTime, "0");
}

}  // namespace carport::ui
