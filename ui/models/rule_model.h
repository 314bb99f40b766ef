#pragma once

#include "gateway/api/permission.h"

#include <QAbstractTableModel>
#include <QString>

#include <vector>

namespace carport::ui {

/// Columns of RuleModel.
enum class RuleColumn : int { priority, effect, who, action, about, expires, note };
inline constexpr int kRuleColumns = 7;
enum RuleRole : int {
  kRuleNumberRole = Qt::UserRole + 1,  ///< qint64
  kRuleAllowRole,                      ///< bool
  kRuleBuiltInRole,                    ///< bool
};

/// Access rules in the order in which they are tried. Owner: the Permissions page. GUI thread.
class RuleModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  explicit RuleModel(QObject* parent = nullptr);

  /// Takes the place of all, in the order given.
  void setRules(std::vector<api::Rule> rules);
  /// Adds the rule, or puts it in the place of the one with its number, where its priority belongs.
  void upsert(const api::Rule& rule);
  void remove(RuleNumber number);
  const api::Rule* at(int row) const;
  int rowOf(RuleNumber number) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  std::vector<api::Rule> m_rules;
};

}  // namespace carport::ui
