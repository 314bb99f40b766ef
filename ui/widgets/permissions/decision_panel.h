#pragma once

#include "gateway/api/permission.h"
#include "ui/client/reply.h"

#include <QFrame>

class QComboBox;
class QGridLayout;
class QLabel;
class QPushButton;

namespace carport::ui {

class GatewayClient;

/// "May X do Y to Z, and why?": asks the gateway and shows the answer with the rule that decided and those that were
/// tried before it. Owner: the page. GUI thread.
class DecisionPanel : public QFrame {
  Q_OBJECT

 public:
  explicit DecisionPanel(GatewayClient& client, QWidget* parent = nullptr);

  void setNames(const QStringList& principals);
  /// Asks about this principal alone from now on, and `name` is what the question calls it; forgets the last answer.
  void setAbout(const QString& id, const QString& name);
  /// Whom it asks about, until somebody else is written.
  void setWho(const QString& id);
  /// The keyboard goes to what is asked.
  void takeFocus();
  /// Asks at once.
  void ask(const QString& who, api::Action action);
  /// Two short rows in place of a long one.
  void setCompact(bool compact);

 private:
  void arrange();
  void showHint();
  void ask();
  void showAnswer(const Result<api::Decision>& answer);

  GatewayClient& m_client;
  Reply<api::Decision> m_reply;
  QString m_fixedAbout;  ///< an id; empty: whatever is written
  bool m_compact = false;
  QGridLayout* m_grid = nullptr;
  QLabel* m_question = nullptr;
  QComboBox* m_who = nullptr;
  QComboBox* m_action = nullptr;
  QComboBox* m_about = nullptr;
  QLabel* m_aboutName = nullptr;  ///< in the place of m_about where that is fixed
  QPushButton* m_ask = nullptr;
  QLabel* m_verdictIcon = nullptr;
  QLabel* m_verdict = nullptr;
  QLabel* m_reason = nullptr;
};

}  // namespace carport::ui
