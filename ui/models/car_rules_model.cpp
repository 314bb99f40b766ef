#include "ui/models/car_rules_model.h"

#include "ui/models/rule_scope.h"

namespace carport::ui {

CarRulesModel::CarRulesModel(QObject* parent) : QSortFilterProxyModel(parent) {
  setSourceModel(&m_rules);
}

void CarRulesModel::setCar(const api::Principal& car) {
  if (car == m_car) return;
  m_car = car;
  invalidateFilter();
  // Rows that stay come to speak of it by something else, perhaps.
  if (rowCount() > 0) emit dataChanged(index(0, 0), index(rowCount() - 1, kRuleColumns - 1));
}

void CarRulesModel::setAction(std::optional<api::Action> action) {
  if (action == m_action) return;
  m_action = action;
  invalidateFilter();
}

const api::Rule* CarRulesModel::at(int row) const {
  return m_rules.at(mapToSource(index(row, 0)).row());
}

QStringList CarRulesModel::idsOf(int row, const std::vector<api::Principal>& people) const {
  QStringList ids;
  const api::Rule* rule = at(row);
  if (!rule) return ids;
  for (const api::Principal& somebody : people) {
    if (isFor(*rule, somebody)) ids.append(QString::fromStdString(somebody.id));
  }
  return ids;
}

bool CarRulesModel::filterAcceptsRow(int sourceRow, const QModelIndex&) const {
  const api::Rule* rule = m_rules.at(sourceRow);
  if (!rule || !speaksOf(*rule, m_car)) return false;
  if (!m_action) return true;
  if (rule->action && *rule->action != *m_action) return false;
  // Nobody may administer by a rule about oneself.
  return *m_action != api::Action::administer || !rule->allow || !isAboutOneself(*rule);
}

QString CarRulesModel::effectOf(const api::Rule& rule) const {
  if (rule.expiresAt && *rule.expiresAt <= m_now) return tr("Expired");
  if (rule.validFrom && m_now < *rule.validFrom) return tr("Not yet");
  return rule.allow ? tr("Allow") : tr("Deny");
}

QVariant CarRulesModel::data(const QModelIndex& index, int role) const {
  const api::Rule* rule = index.isValid() ? at(index.row()) : nullptr;
  if (rule && role == Qt::DisplayRole) {
    if (RuleColumn(index.column()) == RuleColumn::about) return bondOf(*rule, m_car);
    if (RuleColumn(index.column()) == RuleColumn::effect) return effectOf(*rule);
  }
  return QSortFilterProxyModel::data(index, role);
}

QVariant CarRulesModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation == Qt::Horizontal && role == Qt::DisplayRole && RuleColumn(section) == RuleColumn::about)
    return tr("Speaks of");
  return QSortFilterProxyModel::headerData(section, orientation, role);
}

}  // namespace carport::ui
