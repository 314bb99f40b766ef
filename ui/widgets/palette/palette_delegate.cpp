#include "ui/widgets/palette/palette_delegate.h"

#include "ui/models/palette_model.h"
#include "ui/widgets/palette/key_caps.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/state_glyph.h"
#include "ui/widgets/style/theme.h"

#include <QPainter>

#include <algorithm>
#include <limits>

namespace carport::ui {

namespace {
constexpr int kPaletteRow = 32;
constexpr int kPaletteHeading = 26;
/// What of a row its name takes at most where there is more to say.
constexpr double kPaletteTitleShare = 0.6;

}  // namespace

PaletteDelegate::PaletteDelegate(const PaletteModel& model, QWidget& list)
    : QStyledItemDelegate(&list), m_model(model), m_list(list) {}

int PaletteDelegate::headingHeight(const QModelIndex& index) const {
  if (index.data(kPaletteGroupRole).toString().isEmpty()) return 0;
  return scaled(kPaletteHeading);
}

QSize PaletteDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
  return {0, scaled(kPaletteRow) + headingHeight(index)};
}

void PaletteDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const Theme& theme = themeOf(*m_list.window());
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  QRect row = option.rect;
  if (const int heading = headingHeight(index); heading > 0) {
    painter->setFont(textFont(TextSize::small, TextWeight::strong));
    painter->setPen(theme.textMuted);
    const QRect above(row.left() + space::kInside, row.top(), row.width() - 2 * space::kInside, heading);
    painter->drawText(above, Qt::AlignLeft | Qt::AlignVCenter, index.data(kPaletteGroupRole).toString());
    row.setTop(row.top() + heading);
  }
  if (option.state.testFlag(QStyle::State_Selected)) {
    painter->setPen(Qt::NoPen);
    painter->setBrush(theme.accentSoft);
    painter->drawRoundedRect(row, size::kRadius, size::kRadius);
  }
  QRect room = row.adjusted(space::kInside, 0, -space::kInside, 0);
  const int icon = scaled(size::kIcon);
  paintIcon(*painter, index.data(kPaletteIconRole).toString(), {room.left(), room.center().y() - icon / 2, icon, icon});
  room.setLeft(room.left() + icon + space::kInside);
  room = paintHint(*painter, index.data(kPaletteHintRole).toString(), room);
  room = paintTitle(*painter, index.data().toString(), room, option.font);
  const QString detail = index.data(kPaletteDetailRole).toString();
  painter->setFont(option.font);
  painter->setPen(theme.textMuted);
  painter->drawText(room, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                    QFontMetrics(option.font).elidedText(detail, Qt::ElideRight, room.width()));
  painter->restore();
}

void PaletteDelegate::paintIcon(QPainter& painter, const QString& icon, const QRect& room) const {
  const QLatin1String state("state:");
  const Theme& theme = themeOf(*m_list.window());
  if (icon.startsWith(state)) {
    const auto activity = static_cast<api::Activity>(icon.mid(state.size()).toInt());
    const double none = std::numeric_limits<double>::quiet_NaN();
    constexpr double kNorthEast = 45;
    paintStateGlyph(painter, theme, activity, activity == api::Activity::driving ? kNorthEast : none,
                    QRectF(room).center(), room.width() * double(size::kGlyph) / size::kIcon);
  } else if (!icon.isEmpty()) {
    painter.drawPixmap(room.topLeft(), iconPixmap(icon, theme.textMuted, room.width(), m_list.devicePixelRatioF()));
  }
}

QRect PaletteDelegate::paintHint(QPainter& painter, const QString& hint, const QRect& room) const {
  if (hint.isEmpty()) return room;
  const int width = keyCapsWidth(hint);
  paintKeyCaps(painter, themeOf(*m_list.window()), hint, QRect(room.right() - width, room.top(), width, room.height()));
  return room.adjusted(0, 0, -width - space::kGroup, 0);
}

QRect PaletteDelegate::paintTitle(QPainter& painter, const QString& title, const QRect& room, const QFont& font) const {
  const Theme& theme = themeOf(*m_list.window());
  QFont strong = font;
  strong.setWeight(QFont::DemiBold);
  const QFontMetrics usual(font);
  const int most = qRound(room.width() * kPaletteTitleShare);
  const QString shown = usual.elidedText(title, Qt::ElideRight, std::max(most, room.width() / 2));
  int x = room.left();
  qsizetype at = 0;
  const auto write = [&](qsizetype to, bool isMatch) {
    const QString part = shown.mid(at, to - at);
    at = to;
    if (part.isEmpty()) return;
    const QFont& used = isMatch ? strong : font;
    painter.setFont(used);
    painter.setPen(isMatch ? theme.accent : theme.text);
    const int width = QFontMetrics(used).horizontalAdvance(part);
    painter.drawText(QRect(x, room.top(), width + 1, room.height()),
                     Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, part);
    x += width;
  };
  for (const auto& [first, length] : m_model.query().matchesIn(shown)) {
    write(first, false);
    write(first + length, true);
  }
  write(shown.size(), false);
  return room.adjusted(x + space::kPadding - room.left(), 0, 0, 0);
}

}  // namespace carport::ui
