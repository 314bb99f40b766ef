#pragma once

#include "ui/client/reply.h"
#include "ui/models/rule_draft.h"

#include <QWidget>

class QComboBox;
class QCheckBox;
class QDateTimeEdit;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace carport::ui {

class GatewayClient;
class Notice;
class SelectorField;

/// Writes one access rule, new or existing, and says in a sentence what it means. Owner: the drawer. GUI thread.
class RuleForm : public QWidget {
  Q_OBJECT

 public:
  /// A new rule where `rule` is null.
  RuleForm(GatewayClient& client, const api::Rule* rule, QWidget* parent = nullptr);

  /// Ids to complete with.
  void setNames(const QStringList& principals, const QStringList& groups);

 signals:
  void saved(const carport::api::Rule& rule);

 private:
  void build();
  void fill();
  RuleDraft draft() const;
  void onEdited();
  void submit();

  GatewayClient& m_client;
  RuleDraft m_start;
  bool m_isNew;
  Reply<api::Rule> m_reply;
  QComboBox* m_effect = nullptr;
  SelectorField* m_who = nullptr;
  QComboBox* m_action = nullptr;
  SelectorField* m_about = nullptr;
  QSpinBox* m_priority = nullptr;
  QCheckBox* m_expires = nullptr;
  QDateTimeEdit* m_expiresAt = nullptr;
  QLineEdit* m_note = nullptr;
  QLabel* m_sentence = nullptr;
  Notice* m_notice = nullptr;
  QPushButton* m_submit = nullptr;
};

}  // namespace carport::ui
