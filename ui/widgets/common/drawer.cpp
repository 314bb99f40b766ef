#include "ui/widgets/common/drawer.h"

#include "ui/widgets/common/elided_label.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QApplication>
#include <QFontInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPropertyAnimation>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

namespace carport::ui {

namespace {

constexpr double kDrawerWidest = 0.7;  // of the parent's width, by the hand
constexpr int kDrawerStep = 40;        // pixels at 100 % text, by the keyboard

/// Scrolls up and down only: what it shows is as wide as it is.
class Column final : public QScrollArea {
 public:
  explicit Column(QWidget* parent) : QScrollArea(parent) {
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::NoFocus);
    // The drawer's own ground shows through.
    viewport()->setAutoFillBackground(false);
  }

 protected:
  void resizeEvent(QResizeEvent* event) override {
    if (widget()) widget()->setMaximumWidth(viewport()->width());
    QScrollArea::resizeEvent(event);
  }
};

}  // namespace

Drawer::Drawer(QWidget* parent) : QFrame(parent) {
  setProperty("kind", "floating");
  setAutoFillBackground(true);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  auto* head = new QHBoxLayout;
  head->setContentsMargins(space::kGroup, space::kInside, space::kInside, space::kInside);
  m_title = new ElidedLabel(this);
  m_title->setProperty("kind", "title");
  auto* closeButton = new QToolButton(this);
  closeButton->setIcon(themedIcon(QStringLiteral("close")));
  closeButton->setToolTip(tr("Close (Esc)"));
  closeButton->setAccessibleName(tr("Close"));
  connect(closeButton, &QToolButton::clicked, this, &Drawer::close);
  head->addWidget(m_title, 1);
  head->addStretch(0);
  head->addWidget(closeButton);
  column->addLayout(head);
  m_scroll = new Column(this);
  column->addWidget(m_scroll, 1);
  m_slide = new QPropertyAnimation(this, "pos", this);
  m_slide->setDuration(motion::kUsualMs);
  m_slide->setEasingCurve(QEasingCurve::OutCubic);
  connect(m_slide, &QPropertyAnimation::finished, this, [this] {
    if (m_open) return;
    hide();
    dropContent();
  });
  m_edge = new QWidget(this);
  m_edge->setCursor(Qt::SizeHorCursor);
  m_edge->setToolTip(tr("Drag to make it wider (Ctrl+[ and Ctrl+])"));
  m_edge->installEventFilter(this);
  hide();
}

void Drawer::open(const QString& title, QWidget* content) {
  dropContent();
  setTitle(title);
  m_content = content;
  m_scroll->setWidget(content);
  content->setAutoFillBackground(false);
  content->setMaximumWidth(m_scroll->viewport()->width());
  content->show();
  if (!m_open) slideTo(true);
  raise();
}

void Drawer::setTitle(const QString& title) {
  m_title->setFullText(title);
  setAccessibleName(title);
}

void Drawer::takeFocus() {
  if (!m_content) return;
  QWidget* now = QApplication::focusWidget();
  if (now && !isAncestorOf(now)) m_focusBefore = now;
  if (m_content->focusProxy()) return m_content->setFocus(Qt::OtherFocusReason);
  // A form without a first field of its own: where Tab would lead.
  setFocus(Qt::OtherFocusReason);
  focusNextChild();
}

void Drawer::close() {
  if (!m_open) return;
  QWidget* focused = QApplication::focusWidget();
  const bool hadFocus = focused && isAncestorOf(focused);
  slideTo(false);
  if (hadFocus && m_focusBefore && m_focusBefore->isVisible()) m_focusBefore->setFocus(Qt::OtherFocusReason);
  m_focusBefore.clear();
  emit closed();
}

double Drawer::textScale() const {
  return qMax(1.0, QFontInfo(font()).pixelSize() / static_cast<double>(TextSize::body));
}

int Drawer::openWidth() const {
  const int usual = qRound(size::kDrawer * textScale());
  const int room = parentWidget()->width();
  // A chosen width leaves the page some room beside it; the usual one must fit whatever the window's width.
  const int chosen = qMin(qRound(m_width * textScale()), qRound(room * kDrawerWidest));
  return qMin(qMax(usual, chosen), room);
}

void Drawer::setWidth(int pixels) {
  m_width = pixels <= size::kDrawer ? 0 : pixels;
  if (m_open) place();
}

void Drawer::widen(int steps) {
  if (!m_open) return;
  setWidth(qRound(openWidth() / textScale()) + steps * kDrawerStep);
  emit resized();
}

void Drawer::dragEdge(int x) {
  setWidth(qRound((width() - x) / textScale()));
  emit resized();
}

bool Drawer::eventFilter(QObject* watched, QEvent* event) {
  if (watched != m_edge) return QFrame::eventFilter(watched, event);
  if (event->type() == QEvent::MouseMove) {
    const auto* mouse = static_cast<QMouseEvent*>(event);
    if (mouse->buttons().testFlag(Qt::LeftButton)) dragEdge(m_edge->mapToParent(mouse->pos()).x());
  } else if (event->type() == QEvent::MouseButtonDblClick) {
    setWidth(0);
    emit resized();
  }
  return QFrame::eventFilter(watched, event);
}

void Drawer::place() {
  const QSize room = parentWidget()->size();
  resize(openWidth(), room.height());
  if (m_slide->state() == QPropertyAnimation::Running) m_slide->stop();
  move(m_open ? room.width() - width() : room.width(), 0);
  m_edge->setGeometry(0, 0, space::kTight, height());
  m_edge->raise();
  setVisible(m_open);
  if (!m_open) dropContent();
}

void Drawer::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) {
    close();
    return;
  }
  QFrame::keyPressEvent(event);
}

void Drawer::changeEvent(QEvent* event) {
  QFrame::changeEvent(event);
  if (event->type() == QEvent::FontChange && m_open) place();
}

void Drawer::slideTo(bool open) {
  const QSize room = parentWidget()->size();
  m_open = open;
  if (reducedMotion()) return place();
  resize(openWidth(), room.height());
  m_edge->setGeometry(0, 0, space::kTight, room.height());
  m_edge->raise();
  show();
  m_slide->stop();
  m_slide->setStartValue(QPoint(open ? room.width() : x(), 0));
  m_slide->setEndValue(QPoint(open ? room.width() - width() : room.width(), 0));
  m_slide->start();
}

void Drawer::dropContent() {
  if (!m_content) return;
  m_scroll->takeWidget();
  m_content->hide();
  m_content->deleteLater();
  m_content = nullptr;
}

}  // namespace carport::ui
