#include "ui/widgets/palette/overlay_card.h"

#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QApplication>
#include <QFrame>
#include <QKeyEvent>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace carport::ui {

namespace {
constexpr double kOverlayDim = 0.45;  // of the window's colour over what is behind
constexpr int kOverlayTopShare = 10;  // the card begins at this part of the window's height
}  // namespace

OverlayCard::OverlayCard(QWidget& window, int width)
    : QWidget(&window), m_width(width), m_card(new QFrame(this)), m_column(new QVBoxLayout(m_card)) {
  m_card->setProperty("kind", "floating");
  m_column->setContentsMargins(space::kInside, space::kInside, space::kInside, space::kInside);
  m_column->setSpacing(space::kInside);
  hide();
  window.installEventFilter(this);
  connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) { onFocus(now); });
}

void OverlayCard::openWith(QWidget& focus) {
  QWidget* now = QApplication::focusWidget();
  if (now && !isAncestorOf(now)) m_focusBefore = now;
  show();
  raise();
  arrange();
  focus.setFocus(Qt::ShortcutFocusReason);
}

void OverlayCard::close() {
  if (!isVisible()) return;
  QWidget* focused = QApplication::focusWidget();
  const bool hadFocus = !focused || isAncestorOf(focused);
  // Hiding first would send the keyboard to whatever is next.
  QPointer<QWidget> before = m_focusBefore;
  m_focusBefore.clear();
  if (hadFocus && before && before->isVisible()) before->setFocus(Qt::OtherFocusReason);
  hide();
  emit closed();
}

int OverlayCard::room() const {
  return height() - height() / kOverlayTopShare - space::kPage;
}

void OverlayCard::arrange() {
  setGeometry(parentWidget()->rect());
  const int wide = std::min(scaled(m_width), width() - 2 * space::kPage);
  m_column->activate();
  const int wanted =
      m_column->hasHeightForWidth() ? m_column->totalHeightForWidth(wide) : m_column->sizeHint().height();
  m_card->setGeometry((width() - wide) / 2, height() / kOverlayTopShare, wide, std::min(wanted, room()));
}

void OverlayCard::onFocus(QWidget* now) {
  // The keyboard went elsewhere, by a click or a shortcut; a menu of the card itself is no elsewhere.
  if (!isVisible() || !now || isAncestorOf(now) || now == this || now->window() != window()) return;
  m_focusBefore.clear();
  hide();
  emit closed();
}

void OverlayCard::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  QColor dim = themeOf(*this).window;
  dim.setAlphaF(float(kOverlayDim));
  painter.fillRect(rect(), dim);
}

void OverlayCard::mousePressEvent(QMouseEvent*) {
  // What the card does not take.
  close();
}

void OverlayCard::keyPressEvent(QKeyEvent* event) {
  // Nothing of it is for what lies behind.
  event->accept();
  if (event->key() == Qt::Key_Escape) close();
}

bool OverlayCard::focusNextPrevChild(bool) {
  // The keyboard stays in the card.
  return true;
}

void OverlayCard::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::FontChange && isVisible()) arrange();
}

bool OverlayCard::eventFilter(QObject* watched, QEvent* event) {
  if (watched == parent() && event->type() == QEvent::Resize && isVisible()) arrange();
  return QWidget::eventFilter(watched, event);
}

}  // namespace carport::ui
