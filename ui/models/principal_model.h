#pragma once

#include "gateway/api/principal.h"

#include <QAbstractTableModel>

#include <vector>

namespace carport::ui {

/// Columns of PrincipalModel.
enum class PrincipalColumn : int { id, name, type, role, groups, blocked };
inline constexpr int kPrincipalColumns = 6;
enum PrincipalRole : int {
  kPrincipalNumberRole = Qt::UserRole + 1,  ///< quint32
  kPrincipalTypeRole,                       ///< int, api::PrincipalType
  kPrincipalBlockedRole,                    ///< bool
};

/// People, services and groups (cars too where asked for), by id. Owner: the page. GUI thread.
class PrincipalModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  explicit PrincipalModel(QObject* parent = nullptr);

  void setPrincipals(std::vector<api::Principal> principals);
  void upsert(const api::Principal& principal);
  void remove(PrincipalNumber number);
  const api::Principal* at(int row) const;
  int rowOf(PrincipalNumber number) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  std::vector<api::Principal> m_principals;
};

}  // namespace carport::ui
