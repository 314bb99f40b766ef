#pragma once

#include "ui/client/reply.h"
#include "ui/models/car_rules_model.h"

#include <QTimer>
#include <QWidget>

#include <vector>

class QComboBox;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace carport::ui {

class DecisionPanel;
class FittedTable;
class GatewayClient;

/// Who may do what with a car, and why: the rules that speak of it in their order, whom each is for, and the gateway's
/// own explanation for anybody. Fetches while somebody looks at it. Owner: CarPage. GUI thread.
class AccessPanel : public QWidget {
  Q_OBJECT

 public:
  explicit AccessPanel(GatewayClient& client, QWidget* parent = nullptr);

  /// No harm where it is the same.
  void setCar(const api::Principal& car);
  /// For the drawer: nothing is fetched before somebody wants to see it.
  void setCompact(bool compact);

 signals:
  /// Somebody wants to see this rule among all of them.
  void ruleRequested(carport::RuleNumber rule);

 protected:
  void showEvent(QShowEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void makeList();
  void makeDetails();
  void setRevealed(bool revealed);
  void load();
  void loadPeople(std::size_t next);
  void onRules(const Result<std::vector<api::Rule>>& rules);
  void refreshState();
  void refreshDetails();
  void chooseAction();
  /// Asks the gateway about somebody, for the action that is looked at.
  void explainFor(const QString& who);
  int chosenRow() const;

  GatewayClient& m_client;
  CarRulesModel m_rules;
  std::vector<api::Principal> m_people;
  std::vector<api::Principal> m_arriving;
  Reply<std::vector<api::Rule>> m_rulesReply;
  Reply<std::vector<api::Principal>> m_peopleReply;
  QTimer m_loadSoon;
  bool m_compact = false;
  bool m_wanted = true;      ///< in the drawer: somebody opened it
  bool m_isStale = true;     ///< what was fetched may have changed
  bool m_isKnown = false;    ///< the rules were answered, or refused
  bool m_isRefused = false;  ///< this person may not read rules
  QString m_trouble;
  QPushButton* m_reveal = nullptr;
  QWidget* m_content = nullptr;
  QVBoxLayout* m_column = nullptr;
  QLabel* m_organisation = nullptr;
  QComboBox* m_action = nullptr;
  QWidget* m_filter = nullptr;
  QLabel* m_state = nullptr;
  QPushButton* m_retry = nullptr;
  FittedTable* m_table = nullptr;
  QWidget* m_details = nullptr;
  QLabel* m_sentence = nullptr;
  QLabel* m_note = nullptr;
  QLabel* m_who = nullptr;
  QPushButton* m_show = nullptr;
  DecisionPanel* m_decision = nullptr;
};

}  // namespace carport::ui
