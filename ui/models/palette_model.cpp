#include "ui/models/palette_model.h"

#include <algorithm>
#include <utility>

namespace carport::ui {

PaletteModel::PaletteModel(QObject* parent) : QAbstractListModel(parent) {}

void PaletteModel::open() {
  for (PaletteSource* source : m_sources) source->prepare();
  m_isOpen = true;
  setText({});
}

void PaletteModel::close() {
  m_isOpen = false;
  beginResetModel();
  m_rows = {};
  endResetModel();
  for (PaletteSource* source : m_sources) source->release();
}

void PaletteModel::setText(const QString& text) {
  m_query = PaletteQuery(text);
  refresh();
}

void PaletteModel::refresh() {
  if (!m_isOpen) return;
  beginResetModel();
  m_rows = m_query.isEmpty() ? unasked() : found();
  endResetModel();
}

void PaletteModel::append(std::vector<Row>& rows, const QString& title, std::vector<PaletteItem> items) {
  QString group = title;
  for (PaletteItem& item : items) {
    if (rows.size() >= kMaxRows) return;
    rows.push_back({std::move(item), std::exchange(group, {})});
  }
}

std::vector<PaletteModel::Row> PaletteModel::unasked() const {
  std::vector<PaletteItem> used;
  for (const QString& key : m_recent) {
    for (PaletteSource* source : m_sources) {
      auto item = source->recall(key);
      if (!item) continue;
      used.push_back(std::move(*item));
      break;
    }
    if (qsizetype(used.size()) >= kRecentShown) break;
  }
  const auto isUsed = [&used](const PaletteItem& item) {
    return std::any_of(used.begin(), used.end(), [&](const PaletteItem& u) { return u.key == item.key; });
  };
  std::vector<std::pair<QString, std::vector<PaletteItem>>> usual;
  for (PaletteSource* source : m_sources) {
    auto items = source->find(m_query, kMaxOfGroup);
    std::erase_if(items, isUsed);
    usual.emplace_back(source->title(), std::move(items));
  }
  std::vector<Row> rows;
  append(rows, tr("Used last"), std::move(used));
  for (auto& [title, items] : usual) append(rows, title, std::move(items));
  return rows;
}

std::vector<PaletteModel::Row> PaletteModel::found() const {
  struct Group {
    QString title;
    std::vector<PaletteItem> items;
  };
  std::vector<Group> groups;
  for (PaletteSource* source : m_sources) {
    auto items = source->find(m_query, kMaxAlone);
    // Of two that fit equally well, the one that was used lately.
    std::stable_sort(items.begin(), items.end(), [this](const PaletteItem& a, const PaletteItem& b) {
      if (a.score != b.score) return a.score > b.score;
      return m_recent.contains(a.key) && !m_recent.contains(b.key);
    });
    if (!items.empty()) groups.push_back({source->title(), std::move(items)});
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const Group& a, const Group& b) { return a.items.front().score > b.items.front().score; });
  std::vector<Row> rows;
  for (Group& group : groups) {
    if (groups.size() > 1 && group.items.size() > kMaxOfGroup) group.items.resize(kMaxOfGroup);
    append(rows, group.title, std::move(group.items));
  }
  return rows;
}

const PaletteItem* PaletteModel::at(int row) const {
  return row < 0 || std::size_t(row) >= m_rows.size() ? nullptr : &m_rows[std::size_t(row)].item;
}

std::function<void()> PaletteModel::use(int row) {
  const PaletteItem* item = at(row);
  if (!item) return {};
  if (!item->key.isEmpty() && item->key.size() <= kMaxKey) {
    m_recent.removeAll(item->key);
    m_recent.prepend(item->key);
    if (m_recent.size() > kMaxRecent) m_recent.resize(kMaxRecent);
    emit recentChanged(m_recent);
  }
  return item->run;
}

void PaletteModel::setRecent(const QStringList& keys) {
  m_recent.clear();
  for (const QString& key : keys) {
    if (m_recent.size() >= kMaxRecent) break;
    if (!key.isEmpty() && key.size() <= kMaxKey && !m_recent.contains(key)) m_recent << key;
  }
}

int PaletteModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(m_rows.size());
}

QVariant PaletteModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Row& row = m_rows[std::size_t(index.row())];
  switch (role) {
    case Qt::DisplayRole:
      return row.item.title;
    case Qt::AccessibleTextRole: {
      QStringList parts{row.item.title};
      for (const QString& part : {row.item.detail, row.item.hint}) {
        if (!part.isEmpty()) parts << part;
      }
      return parts.join(QStringLiteral(", "));
    }
    case kPaletteDetailRole:
      return row.item.detail;
    case kPaletteHintRole:
      return row.item.hint;
    case kPaletteIconRole:
      return row.item.icon;
    case kPaletteGroupRole:
      return row.group;
    default:
      return {};
  }
}

}  // namespace carport::ui
