#include "ui/widgets/map/layer_switch.h"

#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace carport::ui {
namespace {

constexpr int kLayerProgressSteps = 1'000;
/// Where the name of the switch begins: behind its box, which grows with the text.
int layerIndent() {
  return scaled(size::kGlyph) + 2 * size::kHairline + space::kInside;
}

}  // namespace

QToolButton* layerButton(QWidget& parent, QHBoxLayout& row, const QString& icon, const QString& tip,
                         const QString& objectName) {
  auto* button = new QToolButton(&parent);
  button->setObjectName(objectName);
  button->setIcon(themedIcon(icon));
  growWithText(*button, [button] {
    button->setIconSize({scaled(size::kSmallIcon), scaled(size::kSmallIcon)});
    button->setFixedSize(scaled(size::kRow), scaled(size::kRow));
  });
  button->setToolTip(tip);
  button->setAccessibleName(tip);
  button->setFocusPolicy(Qt::StrongFocus);
  row.addWidget(button);
  return button;
}

LayerSwitch::LayerSwitch(const LayerInfo& info, QWidget* parent)
    : QWidget(parent),
      m_id(info.id),
      m_rank(info.rank),
      m_column(new QVBoxLayout(this)),
      m_line(new QHBoxLayout),
      m_box(new QCheckBox(info.name, this)),
      m_words(new QLabel(this)),
      m_bar(new QProgressBar(this)) {
  setObjectName(QStringLiteral("layer-") + info.id);
  m_column->setContentsMargins(0, 0, 0, 0);
  m_column->setSpacing(space::kTight);
  m_line->setContentsMargins(0, 0, 0, 0);
  m_line->setSpacing(space::kTight);
  m_box->setObjectName(QStringLiteral("layerSwitch-") + info.id);
  m_box->setChecked(info.isOn);
  growWithText(*m_box, [this] { m_box->setMinimumHeight(scaled(size::kRow)); });
  m_line->addWidget(m_box, 1);
  m_column->addLayout(m_line);
  m_words->setProperty("kind", QStringLiteral("small"));
  m_words->setTextFormat(Qt::PlainText);
  m_words->setWordWrap(true);
  growWithText(*m_words, [this] { m_words->setContentsMargins(layerIndent(), 0, 0, 0); });
  m_column->addWidget(m_words);
  m_bar->setRange(0, kLayerProgressSteps);
  m_bar->setTextVisible(false);
  m_bar->setFixedHeight(space::kTight);
  m_bar->setAccessibleName(tr("Progress of %1").arg(info.name));
  m_bar->hide();
  m_column->addWidget(m_bar);
  setWords(info.words);
  connect(m_box, &QCheckBox::toggled, this, &LayerSwitch::toggled);
}

bool LayerSwitch::isOn() const {
  return m_box->isChecked();
}

void LayerSwitch::setOn(bool on) {
  m_box->setChecked(on);
}

void LayerSwitch::setWords(const QString& words) {
  if (m_words->text() == words && m_words->isHidden() == words.isEmpty()) return;
  m_words->setText(words);
  m_words->setHidden(words.isEmpty());
  m_box->setAccessibleDescription(words);
  emit resized();
}

void LayerSwitch::setProgress(std::optional<double> share) {
  if (share) m_bar->setValue(int(*share * kLayerProgressSteps));
  if (m_bar->isHidden() == !share) return;
  m_bar->setVisible(share.has_value());
  emit resized();
}

QToolButton* LayerSwitch::addButton(const QString& icon, const QString& tip, const QString& objectName) {
  return layerButton(*this, *m_line, icon, tip, objectName);
}

void LayerSwitch::setDetails(QWidget* details) {
  m_details = details;
  details->setParent(this);
  details->hide();
  auto* room = new QHBoxLayout;
  growWithText(*this, [room] { room->setContentsMargins(layerIndent(), 0, 0, space::kTight); });
  room->addWidget(details);
  m_column->addLayout(room);
  m_unfold = addButton(QStringLiteral("settings"), tr("Settings of %1").arg(m_box->text()),
                       QStringLiteral("layerSettings-") + m_id);
  m_unfold->setCheckable(true);
  connect(m_unfold, &QToolButton::toggled, this, [this](bool open) {
    m_details->setVisible(open);
    emit resized();
  });
}

void LayerSwitch::openDetails(bool open) {
  if (m_unfold != nullptr) m_unfold->setChecked(open);
}

void LayerSwitch::takeFocus() {
  m_box->setFocus(Qt::PopupFocusReason);
}

}  // namespace carport::ui
