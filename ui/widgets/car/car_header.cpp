#include "ui/widgets/car/car_header.h"

#include "ui/models/plain_tip.h"
#include "ui/widgets/car/glyph_label.h"
#include "ui/widgets/style/apply_theme.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace carport::ui {

namespace {
QToolButton* makeButton(const QString& icon, const QString& text, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setIcon(themedIcon(icon));
  growWithText(*button, [button] { button->setIconSize({scaledIcon(size::kIcon), scaledIcon(size::kIcon)}); });
  button->setToolTip(text);
  button->setAccessibleName(text);
  return button;
}
}  // namespace

CarHeader::CarHeader(QWidget* parent) : QWidget(parent) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(space::kInside);
  m_glyph = new GlyphLabel(this);
  m_title = new QLabel(this);
  m_title->setTextFormat(Qt::PlainText);
  m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
  m_title->setMinimumWidth(0);
  m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  m_doing = new QLabel(this);
  m_doing->setTextFormat(Qt::PlainText);
  m_doing->setWordWrap(true);
  m_doing->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  m_map = makeButton("map", tr("Show on the map"), this);
  m_page = makeButton("chart", tr("Open the car's page"), this);
  auto* words = new QVBoxLayout;
  words->setSpacing(2);
  words->addWidget(m_title);
  words->addWidget(m_doing);
  row->addWidget(m_glyph, 0, Qt::AlignTop);
  row->addLayout(words, 1);
  row->addWidget(m_map, 0, Qt::AlignTop);
  row->addWidget(m_page, 0, Qt::AlignTop);
  connect(m_map, &QToolButton::clicked, this, &CarHeader::mapRequested);
  connect(m_page, &QToolButton::clicked, this, &CarHeader::pageRequested);
  setCompact(false);
}

void CarHeader::setCompact(bool compact) {
  setKind(*m_title, compact ? "title" : "display");
  m_page->setVisible(compact);
  showTexts();
}

void CarHeader::setCar(const QString& title, const QString& doing, const api::CarPosition& position, bool offline) {
  m_offline = offline;
  m_glyph->setState(position.activity, position.heading);
  m_glyph->setEnabled(!offline);
  m_map->setEnabled(position.hasFix());
  m_titleText = title;
  m_doing->setText(doing);
  m_doing->setToolTip(plainTip(doing));
  m_activity = position.activity;
  showTexts();
}

void CarHeader::showTexts() {
  m_title->ensurePolished();
  const QFontMetrics metrics(m_title->font());
  m_title->setText(metrics.elidedText(m_titleText, Qt::ElideRight, m_title->width()));
  m_title->setToolTip(m_title->text() == m_titleText ? QString() : plainTip(m_titleText));
  const Theme& theme = themeOf(*this);
  const QString colour = (m_offline ? theme.textMuted : theme.stateTextColour(m_activity)).name();
  if (colour == m_colour) return;
  m_colour = colour;
  m_doing->setStyleSheet(QString("color: %1").arg(colour));
}

void CarHeader::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  showTexts();
}

void CarHeader::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() != QEvent::PaletteChange) return;
  QMetaObject::invokeMethod(this, &CarHeader::showTexts, Qt::QueuedConnection);
}

}  // namespace carport::ui
