#include "ui/widgets/map/floating_button.h"

#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QEvent>
#include <QLayout>
#include <QPainter>
#include <QStyle>

namespace carport::ui {
namespace {

bool looksTheSame(const QStyleOptionToolButton& a, const QStyleOptionToolButton& b) {
  return a.state == b.state && a.rect == b.rect && a.direction == b.direction && a.features == b.features &&
         a.subControls == b.subControls && a.activeSubControls == b.activeSubControls &&
         a.toolButtonStyle == b.toolButtonStyle && a.text == b.text && a.font == b.font && a.iconSize == b.iconSize &&
         a.icon.cacheKey() == b.icon.cacheKey();
}

}  // namespace

FloatingButton::FloatingButton(QWidget* parent) : QToolButton(parent) {
  setProperty("kind", QStringLiteral("floating"));
}

void FloatingButton::paintEvent(QPaintEvent*) {
  QStyleOptionToolButton now;
  initStyleOption(&now);
  const qreal ratio = devicePixelRatioF();
  if (m_picture.isNull() || m_picture.devicePixelRatio() != ratio || !looksTheSame(now, m_painted)) {
    m_picture = QPixmap((QSizeF(size()) * ratio).toSize());
    m_picture.setDevicePixelRatio(ratio);
    m_picture.fill(Qt::transparent);
    QPainter painter(&m_picture);
    style()->drawComplexControl(QStyle::CC_ToolButton, &now, &painter, this);
    m_painted = now;
  }
  QPainter(this).drawPixmap(0, 0, m_picture);
}

void FloatingButton::changeEvent(QEvent* event) {
  // Colours, fonts and the style sheet are not all part of the option.
  m_picture = {};
  QToolButton::changeEvent(event);
}

FloatingButton* floatingButton(QWidget& parent, const QString& icon, const QString& tip, const QString& name) {
  auto* button = new FloatingButton(&parent);
  button->setObjectName(name);
  button->setIcon(themedIcon(icon));
  growWithText(*button, [button] {
    button->setIconSize({scaledIcon(size::kIcon), scaledIcon(size::kIcon)});
    button->setFixedSize(scaledIcon(size::kTouchRow), scaledIcon(size::kTouchRow));
  });
  button->setToolTip(tip);
  button->setAccessibleName(tip);
  // Keys belong to the map while the mouse uses its buttons; Tab still reaches them.
  button->setFocusPolicy(Qt::TabFocus);
  parent.layout()->addWidget(button);
  return button;
}

}  // namespace carport::ui
