#include "ui/widgets/charts/legend_chip.h"

#include "ui/models/plain_tip.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QContextMenuEvent>
#include <QFontMetrics>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>

#include <algorithm>

namespace carport::ui {

namespace {

constexpr int kChipHeight = 24;
constexpr int kChipDash = 12;
/// Advances are fractions of pixels where the font is not hinted.
constexpr int kChipSlack = 6;
/// Room for a value, so that the entries behind it do not dance while the crosshair moves.
constexpr int kChipValueWidth = 64;
constexpr int kChipSmallest = 120;

QIcon colourIcon(const QColor& colour) {
  QPixmap pixmap(size::kSmallIcon, size::kSmallIcon);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(colour);
  painter.drawEllipse(pixmap.rect().adjusted(2, 2, -2, -2));
  return QIcon(pixmap);
}

}  // namespace

LegendChip::LegendChip(QWidget* parent) : QAbstractButton(parent) {
  setFocusPolicy(Qt::NoFocus);
  setAttribute(Qt::WA_Hover);
  connect(this, &QAbstractButton::clicked, this, [this] {
    if (m_isEditable) emit toggleRequested();
  });
}

void LegendChip::setEditable(bool editable) {
  m_isEditable = editable;
  setFocusPolicy(editable ? Qt::TabFocus : Qt::NoFocus);
  setCursor(editable ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void LegendChip::setEntry(const QString& name, const QString& value, std::size_t colour, bool isHidden,
                          bool isEarlier) {
  if (name == m_name && value == m_value && colour == m_colour && isHidden == m_isHidden && isEarlier == m_isEarlier) {
    return;
  }
  m_isEarlier = isEarlier;
  m_name = name;
  m_value = value;
  m_colour = colour;
  m_isHidden = isHidden;
  setToolTip(plainTip(!m_isEditable ? name
                      : isHidden    ? tr("%1: click to show it again").arg(name)
                                    : tr("%1: click to hide it; right click for its colour").arg(name)));
  setAccessibleName(isHidden ? tr("%1, hidden").arg(name) : tr("%1, %2").arg(name, value));
  update();
}

int LegendChip::wantedWidth(int most) const {
  const QFontMetrics name(textFont(TextSize::body));
  const QFontMetrics value(textFont(TextSize::body, TextWeight::strong));
  const int valueWidth = std::max(scaled(kChipValueWidth), value.horizontalAdvance(m_value) + kChipSlack);
  const int wanted = 3 * space::kInside + kChipDash + name.horizontalAdvance(m_name) + kChipSlack + valueWidth;
  return std::clamp(wanted, std::min(scaled(kChipSmallest), most), most);
}

QSize LegendChip::sizeHint() const {
  return {wantedWidth(1'000), scaled(kChipHeight)};
}

void LegendChip::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const Theme& theme = themeOf(*this);
  if (m_isEditable && (underMouse() || hasFocus())) {
    painter.setPen(hasFocus() ? QPen(theme.accent, 2) : QPen(Qt::NoPen));
    painter.setBrush(underMouse() ? QBrush(theme.sunken) : QBrush(Qt::NoBrush));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), size::kRadius, size::kRadius);
  }
  const QColor& colour = theme.series[m_colour % theme.series.size()];
  const double y = rect().center().y() + 0.5;
  const int left = space::kTight + 2;
  const bool isThin = m_isHidden || m_isEarlier;
  painter.setPen(QPen(m_isHidden ? theme.textDisabled : colour, isThin ? 1.5 : 3,
                      m_isEarlier ? Qt::DashLine : Qt::SolidLine, m_isEarlier ? Qt::FlatCap : Qt::RoundCap));
  painter.drawLine(QPointF(left, y), QPointF(left + kChipDash - 4, y));
  QFont font = textFont(TextSize::body);
  font.setStrikeOut(m_isHidden);
  const QFont strong = textFont(TextSize::body, TextWeight::strong);
  const int textLeft = left + kChipDash;
  const int valueWidth = m_isHidden ? 0 : QFontMetrics(strong).horizontalAdvance(m_value) + kChipSlack;
  const int room = std::max(0, width() - textLeft - valueWidth - 2 * space::kTight);
  painter.setPen(theme.textMuted);
  painter.setFont(font);
  const QString name = painter.fontMetrics().elidedText(m_name, Qt::ElideRight, room);
  painter.drawText(QRect(textLeft, 0, room, height()), Qt::AlignLeft | Qt::AlignVCenter, name);
  if (m_isHidden) return;
  const int nameWidth = std::min(room, painter.fontMetrics().horizontalAdvance(name));
  painter.setPen(theme.text);
  painter.setFont(strong);
  painter.drawText(QRect(textLeft + nameWidth + space::kInside, 0, valueWidth, height()),
                   Qt::AlignLeft | Qt::AlignVCenter, m_value);
}

void LegendChip::keyPressEvent(QKeyEvent* event) {
  if (m_isEditable && event->key() == Qt::Key_Delete) return emit removeRequested();
  QAbstractButton::keyPressEvent(event);
}

void LegendChip::addColours(QMenu& menu) {
  QMenu* colours = menu.addMenu(tr("Colour"));
  const QStringList names{tr("Blue"),    tr("Orange"), tr("Teal"),  tr("Violet"),
                          tr("Magenta"), tr("Olive"),  tr("Brown"), tr("Slate")};
  const Theme& theme = themeOf(*this);
  for (std::size_t i = 0; i < theme.series.size(); ++i) {
    QAction* action = colours->addAction(colourIcon(theme.series[i]), names.value(int(i)));
    action->setCheckable(true);
    action->setChecked(i == m_colour);
    connect(action, &QAction::triggered, this, [this, i] { emit colourChosen(i); });
  }
}

void LegendChip::contextMenuEvent(QContextMenuEvent* event) {
  if (!m_isEditable) return;
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  connect(menu->addAction(m_isHidden ? tr("Show") : tr("Hide")), &QAction::triggered, this,
          &LegendChip::toggleRequested);
  if (!m_isEarlier) addColours(*menu);
  if (m_isEarlier) return menu->popup(event->globalPos());
  connect(menu->addAction(themedIcon(QStringLiteral("close")), tr("Remove from the plot")), &QAction::triggered, this,
          &LegendChip::removeRequested);
  menu->popup(event->globalPos());
}

}  // namespace carport::ui
