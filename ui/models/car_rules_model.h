#pragma once

#include "gateway/api/permission.h"
#include "gateway/api/principal.h"
#include "gateway/base/clock.h"
#include "ui/models/rule_model.h"

#include <QSortFilterProxyModel>
#include <QStringList>

#include <optional>
#include <utility>
#include <vector>

namespace carport::ui {

/// Of all rules those that speak of one car, in the order in which they are tried. The column `about` says by what they
/// come to speak of it, `effect` where they do not count now. Owner: the panel that shows them. GUI thread.
class CarRulesModel : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  explicit CarRulesModel(QObject* parent = nullptr);

  /// Takes the place of all rules.
  void setRules(std::vector<api::Rule> rules) { m_rules.setRules(std::move(rules)); }
  /// With its groups, attributes and organisation.
  void setCar(const api::Principal& car);
  const api::Principal& car() const { return m_car; }
  /// Only rules that may decide about this action; none: all of them.
  void setAction(std::optional<api::Action> action);
  /// By the gateway's clock: decides which rules have expired.
  void setNow(TimePoint now) { m_now = now; }

  const api::Rule* at(int row) const;
  /// Those of `people` for whom the rule in this row decides, in their order.
  QStringList idsOf(int row, const std::vector<api::Principal>& people) const;

  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 protected:
  bool filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const override;

 private:
  QString effectOf(const api::Rule& rule) const;

  RuleModel m_rules;
  api::Principal m_car;
  std::optional<api::Action> m_action;
  TimePoint m_now{};
};

}  // namespace carport::ui
