#pragma once

#include <QStyledItemDelegate>

namespace carport::ui {

/// Draws the state column of the table of cars: the state's sign, then its word in the state's colour. Owner: the
/// table.
class CarDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace carport::ui
