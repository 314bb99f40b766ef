#include "ui/widgets/permissions/rule_form.h"

#include "ui/client/gateway_client.h"
#include "ui/models/phrases.h"
#include "ui/widgets/common/labelled_field.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/permissions/selector_field.h"
#include "ui/widgets/style/metrics.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace carport::ui {

namespace {
constexpr int kEveryAction = -1;
constexpr int kDefaultLifeDays = 7;
// Behind the rule that lets administrators in, before those of operators and viewers: a rule that somebody makes is an
// exception from these, and behind them it would never be reached.
constexpr int kNewPriority = 1'500;
}  // namespace

RuleForm::RuleForm(GatewayClient& client, const api::Rule* rule, QWidget* parent)
    : QWidget(parent), m_client(client), m_start(rule ? RuleDraft(*rule) : RuleDraft()), m_isNew(!rule) {
  if (m_isNew) m_start.priority = kNewPriority;
  build();
  fill();
  onEdited();
}

void RuleForm::build() {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space::kGroup, space::kInside, space::kGroup, space::kGroup);
  column->setSpacing(space::kPadding);
  m_who = new SelectorField(SelectorField::Side::who, this);
  m_effect = new QComboBox(this);
  m_effect->addItem(tr("may"), true);
  m_effect->addItem(tr("may not"), false);
  m_action = new QComboBox(this);
  m_action->addItem(tr("Everything"), kEveryAction);
  for (const auto action : {api::Action::view, api::Action::subscribe, api::Action::send, api::Action::command,
                            api::Action::administer, api::Action::impersonate}) {
    m_action->addItem(phrases::action(action), static_cast<int>(action));
  }
  m_about = new SelectorField(SelectorField::Side::about, this);
  m_priority = new QSpinBox(this);
  m_priority->setRange(RuleDraft::kMinPriority, RuleDraft::kMaxPriority);
  m_priority->setSingleStep(100);
  m_expires = new QCheckBox(tr("Ends by itself"), this);
  m_expiresAt = new QDateTimeEdit(this);
  m_expiresAt->setCalendarPopup(true);
  m_note = new QLineEdit(this);
  m_note->setMaxLength(RuleDraft::kMaxNoteLength);
  m_note->setPlaceholderText(tr("why the rule is there"));
  m_sentence = new QLabel(this);
  m_sentence->setWordWrap(true);
  m_notice = new Notice(this);
  m_submit = new QPushButton(m_isNew ? tr("Add rule") : tr("Save rule"), this);
  m_submit->setProperty("kind", "primary");
  addLabelled(*column, tr("Who"), m_who);
  addLabelled(*column, tr("Is it allowed or refused"), m_effect);
  addLabelled(*column, tr("What"), m_action);
  addLabelled(*column, tr("About"), m_about);
  addLabelled(*column, tr("Place in the order; smaller numbers are tried first"), m_priority);
  column->addWidget(m_expires);
  column->addWidget(m_expiresAt);
  addLabelled(*column, tr("Note"), m_note);
  column->addWidget(m_sentence);
  column->addWidget(m_submit, 0, Qt::AlignLeft);
  column->addWidget(m_notice);
  column->addStretch(1);
  connect(m_submit, &QPushButton::clicked, this, &RuleForm::submit);
  setFocusProxy(m_who);
}

void RuleForm::fill() {
  m_effect->setCurrentIndex(m_start.allow ? 0 : 1);
  m_who->setSelector(m_start.whoKind, m_start.whoValue);
  m_about->setSelector(m_start.aboutKind, m_start.aboutValue);
  m_action->setCurrentIndex(m_action->findData(m_start.action ? static_cast<int>(*m_start.action) : kEveryAction));
  m_priority->setValue(m_start.priority);
  m_expires->setChecked(m_start.expiresAt.has_value());
  m_expiresAt->setDateTime(m_start.expiresAt.value_or(QDateTime::currentDateTime().addDays(kDefaultLifeDays)));
  m_note->setText(m_start.note);
  for (SelectorField* field : {m_who, m_about}) connect(field, &SelectorField::changed, this, &RuleForm::onEdited);
  for (QComboBox* field : {m_effect, m_action}) {
    connect(field, &QComboBox::currentIndexChanged, this, &RuleForm::onEdited);
  }
  connect(m_expires, &QCheckBox::toggled, this, &RuleForm::onEdited);
}

void RuleForm::setNames(const QStringList& principals, const QStringList& groups) {
  m_who->setNames(principals, groups);
  m_about->setNames(principals, groups);
}

RuleDraft RuleForm::draft() const {
  RuleDraft draft = m_start;
  draft.allow = m_effect->currentData().toBool();
  draft.whoKind = m_who->kind();
  draft.whoValue = m_who->value();
  draft.aboutKind = m_about->kind();
  draft.aboutValue = m_about->value();
  const int action = m_action->currentData().toInt();
  draft.action = action == kEveryAction ? std::nullopt : std::optional(static_cast<api::Action>(action));
  draft.priority = m_priority->value();
  draft.expiresAt = m_expires->isChecked() ? std::optional(m_expiresAt->dateTime()) : std::nullopt;
  draft.note = m_note->text().trimmed();
  return draft;
}

void RuleForm::onEdited() {
  m_expiresAt->setVisible(m_expires->isChecked());
  m_sentence->setText(draft().sentence());
}

void RuleForm::submit() {
  if (m_reply.isPending()) return;
  const RuleDraft wanted = draft();
  if (const auto problems = wanted.problems(QDateTime::currentDateTime()); !problems.empty()) {
    m_notice->showError(problems.front().sentence);
    return;
  }
  m_notice->clear();
  m_submit->setEnabled(false);
  const api::Rule rule = wanted.toRule();
  m_reply = m_isNew ? m_client.addRule(rule) : m_client.changeRule(rule);
  m_reply.then(this, [this](const Result<api::Rule>& answer) {
    m_submit->setEnabled(true);
    if (!answer) {
      m_notice->showError(QString::fromStdString(answer.error().message()));
      return;
    }
    emit saved(*answer);
  });
}

}  // namespace carport::ui
