#include "ui/widgets/common/empty_state.h"

#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QEvent>
#include <QFontInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace carport::ui {

namespace {
constexpr int kIconPx = 32;
constexpr int kTextWidth = 420;
}  // namespace

EmptyState::EmptyState(const QString& icon, const QString& title, const QString& text, const QString& action,
                       QWidget* parent)
    : QWidget(parent), m_iconName(icon) {
  auto* column = new QVBoxLayout(this);
  column->setSpacing(space::kInside);
  column->addStretch(2);
  m_icon = new QLabel(this);
  m_icon->setAlignment(Qt::AlignCenter);
  m_title = new QLabel(title, this);
  m_title->setProperty("kind", "title");
  m_title->setAlignment(Qt::AlignCenter);
  m_text = new QLabel(text, this);
  m_text->setProperty("kind", "muted");
  m_text->setAlignment(Qt::AlignCenter);
  m_text->setWordWrap(true);
  // Stretches at both sides instead of an alignment: an aligned label gets the height of unwrapped text.
  auto* textRow = new QHBoxLayout;
  textRow->addStretch(1);
  textRow->addWidget(m_text);
  textRow->addStretch(1);
  column->addWidget(m_icon);
  column->addWidget(m_title);
  column->addLayout(textRow);
  if (!action.isEmpty()) {
    auto* button = new QPushButton(action, this);
    button->setProperty("kind", "primary");
    column->addSpacing(space::kInside);
    column->addWidget(button, 0, Qt::AlignHCenter);
    connect(button, &QPushButton::clicked, this, &EmptyState::actionRequested);
  }
  column->addStretch(3);
  paintIcon();
  fitText();
}

void EmptyState::setText(const QString& title, const QString& text) {
  m_title->setText(title);
  m_text->setText(text);
  fitText();
}

void EmptyState::fitText() {
  const double scale = QFontInfo(font()).pixelSize() / static_cast<double>(TextSize::body);
  m_text->setFixedWidth(qRound(kTextWidth * scale));
  m_text->setFixedHeight(m_text->text().isEmpty() ? 0 : m_text->heightForWidth(m_text->width()));
}

void EmptyState::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) paintIcon();
  if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) fitText();
  QWidget::changeEvent(event);
}

void EmptyState::paintIcon() {
  m_icon->setPixmap(iconPixmap(m_iconName, themeOf(*this).textMuted, kIconPx, devicePixelRatioF()));
}

}  // namespace carport::ui
