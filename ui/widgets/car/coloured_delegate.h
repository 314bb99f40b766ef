#pragma once

#include <QStyledItemDelegate>

namespace carport::ui {

/// Draws a cell in the colour of what it says: states of commands, severities of events, values that are old, messages
/// of which nothing came, connections that are open. Owner: the table that it draws for.
class ColouredDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  enum class Kind { commandState, severity, value, message, connection };
  ColouredDelegate(Kind kind, QWidget& table);

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;

 private:
  QColor colourOf(const QModelIndex& index) const;

  Kind m_kind;
  const QWidget& m_table;
};

}  // namespace carport::ui
