#include "ui/widgets/car/coloured_delegate.h"

#include "ui/models/command_model.h"
#include "ui/models/connection_list_model.h"
#include "ui/models/event_model.h"
#include "ui/models/message_log_model.h"
#include "ui/models/values_model.h"
#include "ui/widgets/style/theme.h"

namespace carport::ui {

ColouredDelegate::ColouredDelegate(Kind kind, QWidget& table)
    : QStyledItemDelegate(&table), m_kind(kind), m_table(table) {}

QColor ColouredDelegate::colourOf(const QModelIndex& index) const {
  const Theme& theme = themeOf(m_table);
  if (m_kind == Kind::value) return index.data(kValueOldRole).toBool() ? theme.textMuted : theme.text;
  if (m_kind == Kind::message) return index.data(kMessageRefusedRole).toBool() ? theme.stateText.alarm : theme.text;
  if (m_kind == Kind::connection)
    return index.data(kConnectionOpenRole).toBool() ? theme.stateText.driving : theme.text;
  if (m_kind == Kind::severity) {
    switch (api::Severity(index.data(kEventSeverityRole).toInt())) {
      case api::Severity::alarm:
        return theme.stateText.alarm;
      case api::Severity::warning:
        return theme.stateText.idling;
      case api::Severity::info:
        return theme.textMuted;
    }
  }
  switch (api::CommandState(index.data(kCommandStateRole).toInt())) {
    case api::CommandState::done:
      return theme.stateText.driving;
    case api::CommandState::failed:
      return theme.stateText.alarm;
    case api::CommandState::expired:
    case api::CommandState::cancelled:
      return theme.textMuted;
    default:
      return theme.accent;
  }
}

void ColouredDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
  QStyledItemDelegate::initStyleOption(option, index);
  const QColor colour = colourOf(index);
  option->palette.setColor(QPalette::Text, colour);
  option->palette.setColor(QPalette::HighlightedText, colour);
}

}  // namespace carport::ui
