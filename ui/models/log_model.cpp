#include "ui/models/log_model.h"

#include "ui/models/phrases.h"

#include <QDateTime>

#include <algorithm>

namespace carport::ui {

namespace {
bool isSame(const LogEntry& a, const LogEntry& b) {
  return a.time == b.time && a.level == b.level && a.component == b.component && a.text == b.text;
}
}  // namespace

LogModel::LogModel(QObject* parent) : QAbstractTableModel(parent) {}

void LogModel::setEntries(const std::vector<LogEntry>& entries) {
  const std::size_t skipped = entries.size() > kMaxEntries ? entries.size() - kMaxEntries : 0;
  const auto begin = entries.begin() + std::ptrdiff_t(skipped);
  // Where the new list continues the old one: after the last line that both have.
  auto fresh = begin;
  if (!m_entries.empty()) {
    const auto last = std::find_if(entries.rbegin(), std::make_reverse_iterator(begin),
                                   [this](const LogEntry& entry) { return isSame(entry, m_entries.back()); });
    if (last == std::make_reverse_iterator(begin)) {
      beginResetModel();
      m_entries.assign(begin, entries.end());
      endResetModel();
      return;
    }
    fresh = last.base();
  }
  const int count = int(entries.end() - fresh);
  if (count == 0) return;
  beginInsertRows({}, int(m_entries.size()), int(m_entries.size()) + count - 1);
  m_entries.insert(m_entries.end(), fresh, entries.end());
  endInsertRows();
  if (m_entries.size() <= kMaxEntries) return;
  const auto surplus = std::ptrdiff_t(m_entries.size() - kMaxEntries);
  beginRemoveRows({}, 0, int(surplus) - 1);
  m_entries.erase(m_entries.begin(), m_entries.begin() + surplus);
  endRemoveRows();
}

const LogEntry* LogModel::at(int row) const {
  return row >= 0 && std::size_t(row) < m_entries.size() ? &m_entries[std::size_t(row)] : nullptr;
}

int LogModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(m_entries.size());
}
int LogModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kLogColumns;
}

QVariant LogModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const LogEntry& entry = m_entries[std::size_t(index.row())];
  if (role == kLogLevelRole) return int(entry.level);
  const auto column = LogColumn(index.column());
  if (role == Qt::ToolTipRole && column == LogColumn::text) return QString::fromStdString(entry.text);
  if (role != Qt::DisplayRole) return {};
  switch (column) {
    case LogColumn::time:
      return QDateTime::fromMSecsSinceEpoch(toMs(entry.time)).toString("yyyy-MM-dd HH:mm:ss.zzz");
    case LogColumn::level:
      return phrases::logLevel(entry.level);
    case LogColumn::component:
      return QString::fromStdString(entry.component);
    case LogColumn::text:
      return QString::fromStdString(entry.text);
  }
  return {};
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (LogColumn(section)) {
    case LogColumn::time:
      return tr("Time");
    case LogColumn::level:
      return tr("Level");
    case LogColumn::component:
      return tr("Part");
    case LogColumn::text:
      return tr("Message");
  }
  return {};
}

}  // namespace carport::ui
