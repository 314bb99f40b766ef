#include "ui/widgets/cars/car_delegate.h"

#include "ui/models/car_roles.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/state_glyph.h"
#include "ui/widgets/style/theme.h"

#include <QFontInfo>
#include <QPainter>
#include <QStyle>
#include <QWidget>

#include <cmath>
#include <limits>

namespace carport::ui {

void CarDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QStyleOptionViewItem cell = option;
  initStyleOption(&cell, index);
  const QString word = cell.text;
  cell.text.clear();
  cell.widget->style()->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);

  const Theme& theme = themeOf(*cell.widget);
  const auto activity = static_cast<api::Activity>(index.data(kCarActivityRole).toInt());
  const int glyph = qRound(size::kGlyph * QFontInfo(cell.font).pixelSize() / static_cast<double>(TextSize::body));
  const QPointF centre(cell.rect.left() + space::kInside + glyph / 2.0, cell.rect.center().y() + 0.5);
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  constexpr double kEast = 90;
  paintStateGlyph(*painter, theme, activity, kEast, centre, glyph - 2);
  painter->restore();

  const QRect room = cell.rect.adjusted(space::kInside + glyph + space::kInside, 0, -space::kInside, 0);
  painter->setPen(theme.stateTextColour(activity));
  painter->setFont(cell.font);
  painter->drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
                    cell.fontMetrics.elidedText(word, Qt::ElideRight, room.width()));
}

}  // namespace carport::ui
