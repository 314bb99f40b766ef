#include "ui/widgets/common/elided_label.h"

#include "ui/models/plain_tip.h"

#include <QEvent>

namespace carport::ui {

ElidedLabel::ElidedLabel(QWidget* parent) : QLabel(parent) {
  setTextFormat(Qt::PlainText);
  setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
}

void ElidedLabel::setFullText(const QString& text) {
  if (text == m_full) return;
  m_full = text;
  setAccessibleName(text);
  updateGeometry();
  elide();
}

QSize ElidedLabel::sizeHint() const {
  // The text alone may be a fraction of a pixel wider than its measure says.
  return {fontMetrics().horizontalAdvance(m_full) + 2, QLabel::sizeHint().height()};
}

QSize ElidedLabel::minimumSizeHint() const {
  return {qMin(sizeHint().width(), fontMetrics().horizontalAdvance(QStringLiteral("mmm…"))),
          QLabel::minimumSizeHint().height()};
}

void ElidedLabel::resizeEvent(QResizeEvent* event) {
  QLabel::resizeEvent(event);
  elide();
}

void ElidedLabel::changeEvent(QEvent* event) {
  QLabel::changeEvent(event);
  if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
    updateGeometry();
    elide();
  }
}

void ElidedLabel::elide() {
  const QString shown = fontMetrics().elidedText(m_full, Qt::ElideRight, width());
  if (shown != text()) setText(shown);
  setToolTip(shown == m_full ? QString() : plainTip(m_full));
}

}  // namespace carport::ui
