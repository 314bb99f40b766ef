#include "ui/widgets/common/drawer.h"

#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPropertyAnimation>
#include <QToolButton>
#include <QVBoxLayout>

namespace carport::ui {

Drawer::Drawer(QWidget* parent) : QFrame(parent) {
  setProperty("kind", "floating");
  setAutoFillBackground(true);
  m_column = new QVBoxLayout(this);
  m_column->setContentsMargins(0, 0, 0, 0);
  m_column->setSpacing(0);
  auto* head = new QHBoxLayout;
  head->setContentsMargins(space::kGroup, space::kInside, space::kInside, space::kInside);
  m_title = new QLabel(this);
  m_title->setProperty("kind", "title");
  auto* closeButton = new QToolButton(this);
  closeButton->setIcon(themedIcon(QStringLiteral("close")));
  closeButton->setToolTip(tr("Close (Esc)"));
  closeButton->setAccessibleName(tr("Close"));
  connect(closeButton, &QToolButton::clicked, this, &Drawer::close);
  head->addWidget(m_title, 1);
  head->addWidget(closeButton);
  m_column->addLayout(head);
  m_slide = new QPropertyAnimation(this, "pos", this);
  m_slide->setDuration(motion::kUsualMs);
  m_slide->setEasingCurve(QEasingCurve::OutCubic);
  connect(m_slide, &QPropertyAnimation::finished, this, [this] {
    if (m_open) return;
    hide();
    dropContent();
  });
  hide();
}

void Drawer::open(const QString& title, QWidget* content) {
  dropContent();
  m_title->setText(title);
  m_content = content;
  m_column->addWidget(content, 1);
  content->show();
  if (!m_open) slideTo(true);
  raise();
}

void Drawer::close() {
  if (!m_open) return;
  slideTo(false);
  emit closed();
}

void Drawer::place() {
  const QSize room = parentWidget()->size();
  const int width = qMin(size::kDrawer, room.width());
  resize(width, room.height());
  if (m_slide->state() == QPropertyAnimation::Running) m_slide->stop();
  move(m_open ? room.width() - width : room.width(), 0);
  setVisible(m_open);
}

void Drawer::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) {
    close();
    return;
  }
  QFrame::keyPressEvent(event);
}

void Drawer::slideTo(bool open) {
  const QSize room = parentWidget()->size();
  const int width = qMin(size::kDrawer, room.width());
  m_open = open;
  if (reducedMotion()) {
    place();
    if (!open) dropContent();
    return;
  }
  resize(width, room.height());
  show();
  m_slide->stop();
  m_slide->setStartValue(QPoint(open ? room.width() : x(), 0));
  m_slide->setEndValue(QPoint(open ? room.width() - width : room.width(), 0));
  m_slide->start();
}

void Drawer::dropContent() {
  if (!m_content) return;
  m_column->removeWidget(m_content);
  m_content->hide();
  m_content->deleteLater();
  m_content = nullptr;
}

}  // namespace carport::ui
