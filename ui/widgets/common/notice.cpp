#include "ui/widgets/common/notice.h"

#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace carport::ui {

Notice::Notice(QWidget* parent) : QFrame(parent) {
  setProperty("kind", "card");
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(space::kPadding, space::kInside, space::kInside, space::kInside);
  row->setSpacing(space::kInside);
  m_icon = new QLabel(this);
  m_text = new QLabel(this);
  m_text->setTextFormat(Qt::PlainText);  // sentences carry names and texts that others wrote
  m_text->setWordWrap(true);
  m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  auto* close = new QToolButton(this);
  close->setIcon(themedIcon(QStringLiteral("close")));
  close->setToolTip(tr("Close this message"));
  close->setAccessibleName(close->toolTip());
  connect(close, &QToolButton::clicked, this, &Notice::clear);
  // Beside the first line of the sentence, which is as high as the button.
  m_icon->setFixedHeight(size::kRow);
  m_text->setMinimumHeight(size::kRow);
  row->addWidget(m_icon, 0, Qt::AlignTop);
  row->addWidget(m_text, 1);
  row->addWidget(close, 0, Qt::AlignTop);
  hide();
}

void Notice::showError(const QString& sentence) {
  show(sentence, Kind::error);
}
void Notice::showDone(const QString& sentence) {
  show(sentence, Kind::done);
}
void Notice::showRemark(const QString& sentence) {
  show(sentence, Kind::remark);
}

void Notice::clear() {
  m_text->clear();
  hide();
}

QString Notice::text() const {
  return m_text->text();
}

void Notice::show(const QString& sentence, Kind kind) {
  m_kind = kind;
  paintIcon();
  m_text->setText(sentence);
  setVisible(!sentence.isEmpty());
}

void Notice::paintIcon() {
  const Theme& theme = themeOf(*this);
  const auto paint = [this](const char* icon, const QColor& colour) {
    m_icon->setPixmap(iconPixmap(QLatin1String(icon), colour, size::kIcon, devicePixelRatioF()));
  };
  switch (m_kind) {
    case Kind::error:
      return paint("error", theme.stateText.alarm);
    case Kind::done:
      return paint("check", theme.stateText.driving);
    case Kind::remark:
      return paint("info", theme.textMuted);
  }
}

void Notice::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) paintIcon();
  QFrame::changeEvent(event);
}

}  // namespace carport::ui
