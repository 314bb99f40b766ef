#include "ui/models/principal_model.h"

#include "ui/models/phrases.h"

#include <QStringList>

#include <algorithm>
#include <utility>

namespace carport::ui {

PrincipalModel::PrincipalModel(QObject* parent) : QAbstractTableModel(parent) {}

void PrincipalModel::setPrincipals(std::vector<api::Principal> principals) {
  beginResetModel();
  m_principals = std::move(principals);
  std::sort(m_principals.begin(), m_principals.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  endResetModel();
}

int PrincipalModel::rowOf(PrincipalNumber number) const {
  const auto it = std::find_if(m_principals.begin(), m_principals.end(),
                               [number](const api::Principal& principal) { return principal.number == number; });
  return it == m_principals.end() ? -1 : int(it - m_principals.begin());
}

void PrincipalModel::upsert(const api::Principal& principal) {
  const int old = rowOf(principal.number);
  if (old >= 0) {
    // Ids never change, so the place does not either.
    m_principals[std::size_t(old)] = principal;
    emit dataChanged(index(old, 0), index(old, kPrincipalColumns - 1));
    return;
  }
  const auto it = std::lower_bound(m_principals.begin(), m_principals.end(), principal,
                                   [](const auto& a, const auto& b) { return a.id < b.id; });
  const int row = int(it - m_principals.begin());
  beginInsertRows({}, row, row);
  m_principals.insert(it, principal);
  endInsertRows();
}

void PrincipalModel::remove(PrincipalNumber number) {
  const int row = rowOf(number);
  if (row < 0) return;
  beginRemoveRows({}, row, row);
  m_principals.erase(m_principals.begin() + row);
  endRemoveRows();
}

const api::Principal* PrincipalModel::at(int row) const {
  return row >= 0 && std::size_t(row) < m_principals.size() ? &m_principals[std::size_t(row)] : nullptr;
}

int PrincipalModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(m_principals.size());
}
int PrincipalModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kPrincipalColumns;
}

QVariant PrincipalModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const api::Principal& principal = m_principals[std::size_t(index.row())];
  if (role == kPrincipalNumberRole) return principal.number.value;
  if (role == kPrincipalTypeRole) return int(principal.type);
  if (role == kPrincipalBlockedRole) return principal.blocked;
  if (role != Qt::DisplayRole) return {};
  switch (PrincipalColumn(index.column())) {
    case PrincipalColumn::id:
      return QString::fromStdString(principal.id);
    case PrincipalColumn::name:
      return QString::fromStdString(principal.name);
    case PrincipalColumn::type:
      return phrases::principalType(principal.type);
    case PrincipalColumn::role:
      return principal.role.empty() ? QString() : phrases::role(principal.role);
    case PrincipalColumn::groups: {
      QStringList groups;
      for (const std::string& group : principal.groups) groups.append(QString::fromStdString(group));
      return groups.join(", ");
    }
    case PrincipalColumn::blocked:
      return principal.blocked ? tr("Blocked") : QString();
  }
  return {};
}

QVariant PrincipalModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (PrincipalColumn(section)) {
    case PrincipalColumn::id:
      return tr("Id");
    case PrincipalColumn::name:
      return tr("Name");
    case PrincipalColumn::type:
      return tr("Kind");
    case PrincipalColumn::role:
      return tr("Role");
    case PrincipalColumn::groups:
      return tr("Groups");
    case PrincipalColumn::blocked:
      return tr("Access");
  }
  return {};
}

}  // namespace carport::ui
