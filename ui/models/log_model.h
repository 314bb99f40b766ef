#pragma once

#include "gateway/base/log.h"

#include <QAbstractTableModel>

#include <vector>

namespace carport::ui {

/// Columns of LogModel.
enum class LogColumn : int { time, level, component, text };
inline constexpr int kLogColumns = 4;
enum LogRole : int { kLogLevelRole = Qt::UserRole + 1 /* int, LogLevel */ };

/// The gateway's newest log lines, oldest first. Owner: the Gateway page. GUI thread.
class LogModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  static constexpr std::size_t kMaxEntries = 1'000;

  explicit LogModel(QObject* parent = nullptr);

  /// What the gateway answered now; lines that are there already stay, so that views keep their place.
  void setEntries(const std::vector<LogEntry>& entries);
  const LogEntry* at(int row) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  std::vector<LogEntry> m_entries;
};

}  // namespace carport::ui
