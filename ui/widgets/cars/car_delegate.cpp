#include "ui/widgets/cars/car_delegate.h"

#include "ui/models/car_table_model.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/state_glyph.h"
#include "ui/widgets/style/theme.h"

#include <QFontInfo>
#include <QPainter>
#include <QStyle>

namespace carport::ui {

namespace {
/// Of the sign of a car that is told of from memory.
constexpr double kFaded = 0.55;
}  // namespace

CarDelegate::CarDelegate(const CarTableModel& cars, QWidget& table)
    : QStyledItemDelegate(&table), m_cars(cars), m_table(table) {}

void CarDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
  QStyledItemDelegate::initStyleOption(option, index);
  // Who it is stays readable; what it did then is told in grey.
  const CarColumnSpec& column = m_cars.columns()[std::size_t(index.column())];
  const bool isName = column == CarColumnSpec::of(CarColumn::car) && !m_cars.isOffline();
  if (isName || !index.data(kCarStaleRole).toBool()) return;
  const QColor muted = themeOf(m_table).textMuted;
  option->palette.setColor(QPalette::Text, muted);
  option->palette.setColor(QPalette::HighlightedText, muted);
}

void CarDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  if (m_cars.columns()[std::size_t(index.column())] != CarColumnSpec::of(CarColumn::activity)) {
    return QStyledItemDelegate::paint(painter, option, index);
  }
  QStyleOptionViewItem cell = option;
  initStyleOption(&cell, index);
  painter->save();
  paintState(*painter, cell, index);
  painter->restore();
}

void CarDelegate::paintState(QPainter& painter, QStyleOptionViewItem cell, const QModelIndex& index) const {
  const QString word = cell.text;
  cell.text.clear();
  m_table.style()->drawControl(QStyle::CE_ItemViewItem, &cell, &painter, &m_table);

  const Theme& theme = themeOf(m_table);
  const auto activity = static_cast<api::Activity>(index.data(kCarActivityRole).toInt());
  const int glyph = qRound(size::kGlyph * QFontInfo(cell.font).pixelSize() / static_cast<double>(TextSize::body));
  const QPointF centre(cell.rect.left() + space::kInside + glyph / 2.0, cell.rect.center().y() + 0.5);
  painter.setRenderHint(QPainter::Antialiasing);
  constexpr double kEast = 90;
  if (m_cars.isOffline()) painter.setOpacity(kFaded);
  paintStateGlyph(painter, theme, activity, kEast, centre, glyph - 2);
  painter.setOpacity(1);

  const QRect room = cell.rect.adjusted(space::kInside + glyph + space::kInside, 0, -space::kInside, 0);
  painter.setPen(m_cars.isOffline() ? theme.textMuted : theme.stateTextColour(activity));
  painter.setFont(cell.font);
  painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
                   cell.fontMetrics.elidedText(word, Qt::ElideRight, room.width()));
}

}  // namespace carport::ui
