#pragma once

#include <QStyledItemDelegate>

namespace carport::ui {

class CarTableModel;

/// Draws the cells of the table of cars: the state as its sign and its word in the state's colour, and greyed what is
/// only the last known. Owner: the table; lives shorter than the model.
class CarDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  explicit CarDelegate(const CarTableModel& cars, QWidget& table);

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;

 private:
  void paintState(QPainter& painter, QStyleOptionViewItem cell, const QModelIndex& index) const;

  const CarTableModel& m_cars;
  QWidget& m_table;
};

}  // namespace carport::ui
