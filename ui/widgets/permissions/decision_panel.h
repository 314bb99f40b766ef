#pragma once

#include "gateway/api/permission.h"
#include "ui/client/reply.h"

#include <QFrame>

class QComboBox;
class QLabel;

namespace carport::ui {

class GatewayClient;

/// "May X do Y to Z, and why?": asks the gateway and shows the answer with the rule that decided and those that were
/// tried before it. Owner: the permissions page. GUI thread.
class DecisionPanel : public QFrame {
  Q_OBJECT

 public:
  explicit DecisionPanel(GatewayClient& client, QWidget* parent = nullptr);

  void setNames(const QStringList& principals);

 private:
  void ask();
  void showAnswer(const Result<api::Decision>& answer);

  GatewayClient& m_client;
  Reply<api::Decision> m_reply;
  QComboBox* m_who = nullptr;
  QComboBox* m_action = nullptr;
  QComboBox* m_about = nullptr;
  QLabel* m_verdictIcon = nullptr;
  QLabel* m_verdict = nullptr;
  QLabel* m_reason = nullptr;
};

}  // namespace carport::ui
