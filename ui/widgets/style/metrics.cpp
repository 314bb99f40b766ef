#include "ui/widgets/style/metrics.h"

#include <QApplication>
#include <QEvent>
#include <QStyle>
#include <QWidget>
#include <QtGlobal>

#include <utility>

namespace carport::ui {

namespace {

/// Has sizes set anew where the text has another size. Owner: the widget.
class TextFollower final : public QObject {
 public:
  TextFollower(QWidget& widget, std::function<void()> apply)
      : QObject(&widget), m_apply(std::move(apply)), m_scale(textScale()) {
    widget.installEventFilter(this);
    m_apply();
  }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override {
    const bool isOther = event->type() == QEvent::FontChange || event->type() == QEvent::ApplicationFontChange;
    if (isOther && m_scale != textScale()) {
      m_scale = textScale();
      m_apply();
    }
    return QObject::eventFilter(watched, event);
  }

 private:
  const std::function<void()> m_apply;
  double m_scale;
};

}  // namespace

double textScale() {
  const int bodyPx = QApplication::font().pixelSize();
  return bodyPx > 0 ? static_cast<double>(bodyPx) / static_cast<int>(TextSize::body) : 1.0;
}

int scaled(int px) {
  return qRound(px * textScale());
}

int scaledIcon(int px) {
  return qRound(px * (1 + textScale()) / 2);
}

void growWithText(QWidget& widget, std::function<void()> apply) {
  new TextFollower(widget, std::move(apply));
}

QFont textFont(TextSize textSize, TextWeight weight) {
  QFont font = QApplication::font();
  font.setPixelSize(scaled(static_cast<int>(textSize)));
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
