#include "ui/models/message_log_model.h"

#include "ui/models/message_text.h"
#include "ui/models/phrases.h"
#include "ui/models/plain_tip.h"

#include <QDateTime>

#include <algorithm>
#include <utility>

namespace carport::ui {

namespace {
std::size_t heldBytes(const api::RawMessage& message) {
  return message.payload.size() + message.topic.size();
}

/// Of cells and of the word above them.
int alignmentOf(MessageColumn column) {
  return int((column == MessageColumn::size ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
}
}  // namespace

bool MessageLogModel::isKnown(const api::RawMessage& message) const {
  const auto among = [&](auto begin, auto end) { return std::find(begin, end, message) != end; };
  const auto most = std::ptrdiff_t(2 * api::RawMessages::kMaxAtOnce);
  const auto shown = std::min(most, std::ptrdiff_t(m_messages.size()));
  const auto waits = std::min(most, std::ptrdiff_t(m_waiting.size()));
  return among(m_messages.begin(), m_messages.begin() + shown) || among(m_waiting.end() - waits, m_waiting.end());
}

void MessageLogModel::add(const api::RawMessages& messages) {
  const bool mayRepeat = std::exchange(m_mayRepeat, false);
  std::deque<api::RawMessage> fresh;
  for (const api::RawMessage& message : messages.messages) {
    if (!mayRepeat || !isKnown(message)) fresh.push_back(message);
  }
  m_leftOut += messages.leftOut;
  if (m_isPaused) {
    hold(std::move(fresh));
  } else {
    show(std::move(fresh));
  }
  emit countsChanged();
}

void MessageLogModel::hold(std::deque<api::RawMessage> messages) {
  for (api::RawMessage& message : messages) {
    m_waitingBytes += heldBytes(message);
    m_waiting.push_back(std::move(message));
    if (m_waiting.size() <= kMaxMessages && m_waitingBytes <= kMaxBytes) continue;
    m_waitingBytes -= heldBytes(m_waiting.front());
    m_waiting.pop_front();
    ++m_leftOut;
  }
}

void MessageLogModel::show(std::deque<api::RawMessage> messages) {
  if (messages.empty()) return;
  beginInsertRows({}, 0, int(messages.size()) - 1);
  for (api::RawMessage& message : messages) {
    m_bytes += heldBytes(message);
    m_messages.push_front(std::move(message));
  }
  endInsertRows();
  dropOldest();
}

void MessageLogModel::dropOldest() {
  std::size_t keep = m_messages.size(), bytes = m_bytes;
  while (keep > 1 && (keep > kMaxMessages || bytes > kMaxBytes)) bytes -= heldBytes(m_messages[--keep]);
  if (keep == m_messages.size()) return;
  beginRemoveRows({}, int(keep), int(m_messages.size()) - 1);
  m_messages.resize(keep);
  m_bytes = bytes;
  endRemoveRows();
}

void MessageLogModel::clear() {
  beginResetModel();
  m_messages.clear();
  m_waiting.clear();
  m_bytes = m_waitingBytes = 0;
  m_leftOut = 0;
  endResetModel();
  emit countsChanged();
}

void MessageLogModel::setPaused(bool paused) {
  if (paused == m_isPaused) return;
  m_isPaused = paused;
  if (!paused) {
    m_waitingBytes = 0;
    show(std::exchange(m_waiting, {}));
  }
  emit countsChanged();
}

const api::RawMessage* MessageLogModel::at(int row) const {
  return row >= 0 && std::size_t(row) < m_messages.size() ? &m_messages[std::size_t(row)] : nullptr;
}

int MessageLogModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(m_messages.size());
}
int MessageLogModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kMessageColumns;
}

QVariant MessageLogModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const api::RawMessage& message = m_messages[std::size_t(index.row())];
  const auto column = MessageColumn(index.column());
  if (role == kMessageRefusedRole) return message.outcome != api::MessageOutcome::taken;
  if (role == Qt::TextAlignmentRole) return alignmentOf(column);
  if (role == Qt::ToolTipRole) return plainTip(messageFacts(message));
  if (role != Qt::DisplayRole) return {};
  switch (column) {
    case MessageColumn::time:
      return QDateTime::fromMSecsSinceEpoch(toMs(message.arrival)).toString("HH:mm:ss.zzz");
    case MessageColumn::topic:
      return QString::fromStdString(message.topic);
    case MessageColumn::size:
      return phrases::bytes(message.bytes);
    case MessageColumn::outcome:
      return outcomeWords(message);
    case MessageColumn::payload:
      return firstLineOf(message);
  }
  return {};
}

QVariant MessageLogModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) return alignmentOf(MessageColumn(section));
  if (role != Qt::DisplayRole) return {};
  switch (MessageColumn(section)) {
    case MessageColumn::time:
      return tr("Time");
    case MessageColumn::topic:
      return tr("Topic");
    case MessageColumn::size:
      return tr("Size");
    case MessageColumn::outcome:
      return tr("What became of it");
    case MessageColumn::payload:
      return tr("Payload");
  }
  return {};
}

}  // namespace carport::ui
