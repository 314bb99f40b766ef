#include "ui/models/rule_model.h"

#include "ui/models/phrases.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <utility>

namespace carport::ui {

namespace {
bool isTriedBefore(const api::Rule& a, const api::Rule& b) {
  return std::pair(a.priority, a.number) < std::pair(b.priority, b.number);
}
}  // namespace

RuleModel::RuleModel(QObject* parent) : QAbstractTableModel(parent) {}

void RuleModel::setRules(std::vector<api::Rule> rules) {
  beginResetModel();
  m_rules = std::move(rules);
  std::sort(m_rules.begin(), m_rules.end(), isTriedBefore);
  endResetModel();
}

int RuleModel::rowOf(RuleNumber number) const {
  const auto it =
      std::find_if(m_rules.begin(), m_rules.end(), [number](const api::Rule& rule) { return rule.number == number; });
  return it == m_rules.end() ? -1 : int(it - m_rules.begin());
}

void RuleModel::remove(RuleNumber number) {
  const int row = rowOf(number);
  if (row < 0) return;
  beginRemoveRows({}, row, row);
  m_rules.erase(m_rules.begin() + row);
  endRemoveRows();
}

void RuleModel::upsert(const api::Rule& rule) {
  const int old = rowOf(rule.number);
  if (old >= 0 && m_rules[std::size_t(old)].priority == rule.priority) {
    m_rules[std::size_t(old)] = rule;
    emit dataChanged(index(old, 0), index(old, kRuleColumns - 1));
    return;
  }
  remove(rule.number);
  const auto it = std::lower_bound(m_rules.begin(), m_rules.end(), rule, isTriedBefore);
  const int row = int(it - m_rules.begin());
  beginInsertRows({}, row, row);
  m_rules.insert(it, rule);
  endInsertRows();
}

const api::Rule* RuleModel::at(int row) const {
  return row >= 0 && std::size_t(row) < m_rules.size() ? &m_rules[std::size_t(row)] : nullptr;
}

int RuleModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(m_rules.size());
}
int RuleModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kRuleColumns;
}

QVariant RuleModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const api::Rule& rule = m_rules[std::size_t(index.row())];
  if (role == kRuleNumberRole) return qint64(rule.number.value);
  if (role == kRuleAllowRole) return rule.allow;
  if (role == kRuleBuiltInRole) return rule.builtIn;
  const auto column = RuleColumn(index.column());
  if (role == Qt::ToolTipRole && column == RuleColumn::note) return QString::fromStdString(rule.note);
  if (role != Qt::DisplayRole) return {};
  switch (column) {
    case RuleColumn::priority:
      return rule.priority;
    case RuleColumn::effect:
      return rule.allow ? tr("Allow") : tr("Deny");
    case RuleColumn::who:
      return phrases::selector(rule.who);
    case RuleColumn::action:
      return rule.action ? phrases::action(*rule.action) : tr("everything");
    case RuleColumn::about:
      return phrases::selector(rule.about);
    case RuleColumn::expires:
      if (!rule.expiresAt) return tr("never");
      return QLocale().toString(QDateTime::fromMSecsSinceEpoch(toMs(*rule.expiresAt)), QLocale::ShortFormat);
    case RuleColumn::note:
      return QString::fromStdString(rule.note);
  }
  return {};
}

QVariant RuleModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (RuleColumn(section)) {
    case RuleColumn::priority:
      return tr("Priority");
    case RuleColumn::effect:
      return tr("Effect");
    case RuleColumn::who:
      return tr("Who");
    case RuleColumn::action:
      return tr("May do");
    case RuleColumn::about:
      return tr("To whom or what");
    case RuleColumn::expires:
      return tr("Expires");
    case RuleColumn::note:
      return tr("Why");
  }
  return {};
}

}  // namespace carport::ui
