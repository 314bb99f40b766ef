#include "ui/widgets/style/metrics.h"

#include <QApplication>
#include <QStyle>
#include <QtGlobal>

namespace carport::ui {

QFont textFont(TextSize textSize, TextWeight weight) {
  QFont font = QApplication::font();
  const int bodyPx = font.pixelSize() > 0 ? font.pixelSize() : static_cast<int>(TextSize::body);
  const double scale = static_cast<double>(bodyPx) / static_cast<int>(TextSize::body);
  font.setPixelSize(qRound(static_cast<int>(textSize) * scale));
  font.setWeight(weight == TextWeight::strong ? QFont::DemiBold : QFont::Normal);
  return withTabularFigures(font);
}

QFont withTabularFigures(QFont font) {
#if QT_VERSION >= QT_VERSION_CHECK(6, 7, 0)
  font.setFeature("tnum", 1);
#endif
  // Before Qt 6.7 features cannot be chosen; the interface fonts of Linux and Windows have tabular figures by default.
  return font;
}

bool reducedMotion() {
  if (qEnvironmentVariableIsSet("CARPORT_REDUCED_MOTION"))
    return qEnvironmentVariableIntValue("CARPORT_REDUCED_MOTION") != 0;
  return QApplication::style()->styleHint(QStyle::SH_Widget_Animation_Duration) == 0;
}

}  // namespace carport::ui
