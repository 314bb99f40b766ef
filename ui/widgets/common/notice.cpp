#include "ui/widgets/common/notice.h"

#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

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
  m_text->setWordWrap(true);
  m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  auto* close = new QToolButton(this);
  close->setIcon(themedIcon(QStringLiteral("close")));
  close->setToolTip(tr("Close this message"));
  close->setAccessibleName(close->toolTip());
  connect(close, &QToolButton::clicked, this, &Notice::clear);
  row->addWidget(m_icon, 0, Qt::AlignTop);
  row->addWidget(m_text, 1);
  row->addWidget(close, 0, Qt::AlignTop);
  hide();
}

void Notice::showError(const QString& sentence) {
  show(sentence, true);
}
void Notice::showDone(const QString& sentence) {
  show(sentence, false);
}

void Notice::clear() {
  m_text->clear();
  hide();
}

void Notice::show(const QString& sentence, bool isError) {
  const Theme& theme = themeOf(*this);
  const QColor colour = isError ? theme.stateText.alarm : theme.stateText.driving;
  m_icon->setPixmap(iconPixmap(isError ? QStringLiteral("error") : QStringLiteral("check"), colour, size::kIcon,
                               devicePixelRatioF()));
  m_text->setText(sentence);
  setVisible(!sentence.isEmpty());
}

}  // namespace carport::ui
