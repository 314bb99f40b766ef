#include "ui/widgets/map/fence_swatch.h"

#include "gateway/api/fence.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QButtonGroup>
#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QToolButton>

#include <algorithm>
#include <array>

namespace carport::ui {
namespace {

constexpr double kSwatchEdgePx = 1.5;
constexpr float kSwatchWash = 0.35F;

}  // namespace

QString fenceColourName(int colour) {
  const std::array<QString, api::kFenceColours> names{FenceColourPicker::tr("Blue"),    FenceColourPicker::tr("Orange"),
                                                      FenceColourPicker::tr("Teal"),    FenceColourPicker::tr("Violet"),
                                                      FenceColourPicker::tr("Magenta"), FenceColourPicker::tr("Olive"),
                                                      FenceColourPicker::tr("Brown"),   FenceColourPicker::tr("Slate")};
  return names[std::size_t(colour) % names.size()];
}

QIcon fenceSwatch(const QWidget& widget, int colour) {
  const Theme& theme = themeOf(widget);
  const QColor line = theme.series[std::size_t(colour) % theme.series.size()];
  const double ratio = widget.devicePixelRatioF();
  QPixmap pixmap(QSize(size::kSmallIcon, size::kSmallIcon) * ratio);
  pixmap.setDevicePixelRatio(ratio);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  QColor wash = line;
  wash.setAlphaF(kSwatchWash);
  painter.setPen(QPen(line, kSwatchEdgePx));
  painter.setBrush(wash);
  painter.drawRoundedRect(QRectF(1, 1, size::kSmallIcon - 2, size::kSmallIcon - 2), 3, 3);
  return pixmap;
}

FenceColourPicker::FenceColourPicker(QWidget* parent) : QWidget(parent), m_buttons(new QButtonGroup(this)) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(space::kTight);
  for (int colour = 0; colour < int(api::kFenceColours); ++colour) {
    auto* button = new QToolButton(this);
    button->setCheckable(true);
    button->setIconSize({size::kSmallIcon, size::kSmallIcon});
    button->setFixedSize(size::kRow, size::kRow);
    button->setToolTip(fenceColourName(colour));
    button->setAccessibleName(fenceColourName(colour));
    m_buttons->addButton(button, colour);
    row->addWidget(button);
  }
  row->addStretch(1);
  setColour(0);
  setFocusProxy(m_buttons->button(0));
  paintButtons();
  connect(m_buttons, &QButtonGroup::idClicked, this, &FenceColourPicker::picked);
}

int FenceColourPicker::colour() const {
  return std::max(0, m_buttons->checkedId());
}

void FenceColourPicker::setColour(int colour) {
  if (auto* button = m_buttons->button(colour)) button->setChecked(true);
}

void FenceColourPicker::paintButtons() {
  for (QAbstractButton* button : m_buttons->buttons()) button->setIcon(fenceSwatch(*this, m_buttons->id(button)));
}

void FenceColourPicker::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) paintButtons();
  QWidget::changeEvent(event);
}

}  // namespace carport::ui
