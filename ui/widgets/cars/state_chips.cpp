#include "ui/widgets/cars/state_chips.h"

#include "ui/models/car_store.h"
#include "ui/models/phrases.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/state_glyph.h"
#include "ui/widgets/style/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLocale>
#include <QPainter>
#include <QTimer>
#include <QToolButton>

#include <algorithm>
#include <array>

namespace carport::ui {

namespace {
constexpr std::array kChipStates{api::Activity::driving, api::Activity::idling, api::Activity::parked,
                                 api::Activity::silent, api::Activity::alarm};
constexpr int kCountEveryMs = 1'000;
/// Of a sign in its picture: the ring of an alarm is a third wider than other signs.
constexpr double kSignShare = 0.74;
}  // namespace

StateChips::StateChips(const CarStore& store, QWidget* parent) : QWidget(parent), m_store(store) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(space::kTight);
  for (const api::Activity state : kChipStates) {
    auto* chip = new QToolButton(this);
    chip->setCheckable(true);
    chip->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    growWithText(*chip, [chip] { chip->setIconSize({scaled(size::kSmallIcon), scaled(size::kSmallIcon)}); });
    chip->setAccessibleName(tr("Show cars that are: %1").arg(phrases::activity(state)));
    connect(chip, &QToolButton::clicked, this, &StateChips::statesChosen);
    row->addWidget(chip);
    m_buttons.push_back(chip);
  }
  auto* timer = new QTimer(this);
  connect(timer, &QTimer::timeout, this, &StateChips::refreshCounts);
  timer->start(kCountEveryMs);
  connect(&store, &CarStore::reset, this, &StateChips::refreshCounts);
  paintIcons();
  refreshCounts();
}

void StateChips::refreshCounts() {
  for (std::size_t i = 0; i < kChipStates.size(); ++i) {
    const QString count = QLocale().toString(qulonglong(m_store.countOf(kChipStates[i])));
    const QString text = tr("%1 %2").arg(phrases::activity(kChipStates[i]), count);
    if (m_buttons[i]->text() != text) m_buttons[i]->setText(text);
  }
}

void StateChips::setStates(const std::vector<api::Activity>& states) {
  for (std::size_t i = 0; i < kChipStates.size(); ++i)
    m_buttons[i]->setChecked(std::find(states.begin(), states.end(), kChipStates[i]) != states.end());
}

std::vector<api::Activity> StateChips::states() const {
  std::vector<api::Activity> states;
  for (std::size_t i = 0; i < kChipStates.size(); ++i) {
    if (m_buttons[i]->isChecked()) states.push_back(kChipStates[i]);
  }
  return states;
}

void StateChips::paintIcons() {
  const Theme& theme = themeOf(*this);
  const double ratio = devicePixelRatioF();
  const int glyph = scaled(size::kSmallIcon);
  for (std::size_t i = 0; i < kChipStates.size(); ++i) {
    QPixmap picture(qRound(glyph * ratio), qRound(glyph * ratio));
    picture.setDevicePixelRatio(ratio);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    constexpr double kEast = 90;
    paintStateGlyph(painter, theme, kChipStates[i], kEast, {glyph / 2.0, glyph / 2.0}, kSignShare * glyph);
    painter.end();
    m_buttons[i]->setIcon(QIcon(picture));
  }
}

void StateChips::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) paintIcons();
}

}  // namespace carport::ui
