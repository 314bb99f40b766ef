#include "ui/shell/texts.h"

#include <QCoreApplication>
#include <QTranslator>

namespace carport::ui {

void installTexts(QCoreApplication& application) {
  auto* texts = new QTranslator(&application);
  // It is part of the program: that it cannot be read is a mistake in the build.
  if (!texts->load(QStringLiteral(":/carport/texts/carport_en.qm"))) {
    qCritical("the window's texts are not among the program's resources");
    return;
  }
  QCoreApplication::installTranslator(texts);
}

}  // namespace carport::ui
