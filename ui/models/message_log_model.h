#pragma once

#include "gateway/api/raw_message.h"

#include <QAbstractTableModel>

#include <cstddef>
#include <cstdint>
#include <deque>

namespace carport::ui {

/// Columns of MessageLogModel.
enum class MessageColumn : int { time, topic, size, outcome, payload };
inline constexpr int kMessageColumns = 5;
enum MessageRole : int { kMessageRefusedRole = Qt::UserRole + 1 /* bool: nothing came of it */ };

/// The messages of one car as they came, newest first. While paused, what comes waits. Owner: MessagesPanel. GUI
/// thread.
class MessageLogModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  /// Then the oldest go. Of both, as many may wait while it is paused.
  static constexpr std::size_t kMaxMessages = 500;
  static constexpr std::size_t kMaxBytes = 4 * 1024 * 1024;

  explicit MessageLogModel(QObject* parent = nullptr) : QAbstractTableModel(parent) {}

  /// In order of arrival.
  void add(const api::RawMessages& messages);
  /// The gateway begins anew: of what add() brings next, some may be there already, and is not added twice.
  void expectRepeats() { m_mayRepeat = true; }
  void clear();
  void setPaused(bool paused);
  bool isPaused() const { return m_isPaused; }
  /// Messages that wait for the pause to end.
  std::size_t waiting() const { return m_waiting.size(); }
  /// Messages that came and are not shown: the gateway left them out, or they gave way to newer ones while paused.
  std::uint64_t leftOut() const { return m_leftOut; }
  /// Null where there is no such row.
  const api::RawMessage* at(int row) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 signals:
  /// waiting() or leftOut() is another.
  void countsChanged();

 private:
  bool isKnown(const api::RawMessage& message) const;
  void show(std::deque<api::RawMessage> messages);
  void hold(std::deque<api::RawMessage> messages);
  void dropOldest();

  std::deque<api::RawMessage> m_messages;  // newest first
  std::deque<api::RawMessage> m_waiting;   // in order of arrival
  std::size_t m_bytes = 0;                 // of payloads in m_messages
  std::size_t m_waitingBytes = 0;
  std::uint64_t m_leftOut = 0;
  bool m_isPaused = false;
  bool m_mayRepeat = false;
};

}  // namespace carport::ui
