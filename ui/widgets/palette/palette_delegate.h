#pragma once

#include <QStyledItemDelegate>

namespace carport::ui {

class PaletteModel;

/// Draws a row of the palette: the heading of its group where it is the first, its sign, its name with what matched,
/// what tells it from others, and its keys. Owner: the palette.
class PaletteDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  PaletteDelegate(const PaletteModel& model, QWidget& list);

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 private:
  void paintIcon(QPainter& painter, const QString& icon, const QRect& room) const;
  /// Both give back the pixels that are left of `room`.
  QRect paintHint(QPainter& painter, const QString& hint, const QRect& room) const;
  QRect paintTitle(QPainter& painter, const QString& title, const QRect& room, const QFont& font) const;
  int headingHeight(const QModelIndex& index) const;

  const PaletteModel& m_model;
  QWidget& m_list;
};

}  // namespace carport::ui
