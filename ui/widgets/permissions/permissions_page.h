#pragma once

#include "gateway/api/principal.h"
#include "ui/client/reply.h"
#include "ui/models/rule_model.h"

#include <QWidget>

#include <vector>

class QPushButton;
class QStackedWidget;
class QTableView;

namespace carport::ui {

class DecisionPanel;
class DrawerHost;
class EmptyState;
class GatewayClient;
class Notice;
class PageHeader;

/// The access rules in the order in which they are tried: add, edit, delete, and ask why. Owner: the main window. GUI
/// thread.
class PermissionsPage : public QWidget {
  Q_OBJECT

 public:
  PermissionsPage(GatewayClient& client, DrawerHost& drawer, QWidget* parent = nullptr);

  /// Selects this rule, as soon as the rules are there.
  void showRule(RuleNumber rule);
  /// Makes the question that of this principal, and gives it the keyboard.
  void askAbout(const QString& principal);
  /// Those that were read last.
  const RuleModel& rules() const { return m_rules; }
  const QStringList& principals() const { return m_principals; }

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void setUpTable();
  void refresh();
  void onRules(const Result<std::vector<api::Rule>>& rules);
  void onPrincipals(const Result<std::vector<api::Principal>>& principals);
  void openForm(const api::Rule* rule);
  void removeSelected();
  void updateButtons();
  const api::Rule* selected() const;
  void selectRule(RuleNumber rule);

  GatewayClient& m_client;
  DrawerHost& m_drawer;
  RuleModel m_rules;
  Reply<std::vector<api::Rule>> m_rulesReply;
  Reply<std::vector<api::Principal>> m_principalsReply;
  Reply<Nothing> m_removeReply;
  RuleNumber m_awaited;  ///< selected when the rules are there; 0: none
  QStringList m_principals;
  QStringList m_groups;
  PageHeader* m_header = nullptr;
  Notice* m_notice = nullptr;
  DecisionPanel* m_decision = nullptr;
  QStackedWidget* m_states = nullptr;
  QTableView* m_table = nullptr;
  EmptyState* m_empty = nullptr;
  QPushButton* m_edit = nullptr;
  QPushButton* m_remove = nullptr;
  QPushButton* m_add = nullptr;
};

}  // namespace carport::ui
