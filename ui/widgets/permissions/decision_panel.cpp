#include "ui/widgets/permissions/decision_panel.h"

#include "ui/client/gateway_client.h"
#include "ui/models/phrases.h"
#include "ui/models/rule_draft.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QComboBox>
#include <QCompleter>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace carport::ui {

namespace {

constexpr std::size_t kMaxRulesTold = 5;

QComboBox* makeNameField(const QString& placeholder, const QString& accessibleName, QWidget* parent) {
  auto* field = new QComboBox(parent);
  field->setEditable(true);
  field->setInsertPolicy(QComboBox::NoInsert);
  field->completer()->setCompletionMode(QCompleter::PopupCompletion);
  field->completer()->setFilterMode(Qt::MatchContains);
  field->lineEdit()->setPlaceholderText(placeholder);
  field->setAccessibleName(accessibleName);
  return field;
}

}  // namespace

DecisionPanel::DecisionPanel(GatewayClient& client, QWidget* parent) : QFrame(parent), m_client(client) {
  setProperty("kind", "card");
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(space::kGroup, space::kPadding, space::kGroup, space::kPadding);
  grid->setHorizontalSpacing(space::kInside);
  grid->setVerticalSpacing(space::kInside);
  m_who = makeNameField(tr("person or car"), tr("Who"), this);
  m_action = new QComboBox(this);
  m_action->setAccessibleName(tr("What"));
  for (const auto action : {api::Action::view, api::Action::subscribe, api::Action::send, api::Action::command,
                            api::Action::administer, api::Action::impersonate}) {
    m_action->addItem(phrases::action(action), static_cast<int>(action));
  }
  m_about = makeNameField(tr("car, person or topic"), tr("About"), this);
  auto* askButton = new QPushButton(tr("Ask"), this);
  connect(askButton, &QPushButton::clicked, this, &DecisionPanel::ask);
  for (QComboBox* field : {m_who, m_about})
    connect(field->lineEdit(), &QLineEdit::returnPressed, this, &DecisionPanel::ask);
  auto* question = new QLabel(tr("May…"), this);
  question->setProperty("kind", "strong");
  m_verdictIcon = new QLabel(this);
  m_verdict = new QLabel(tr("Ask who may do what, and learn which rule decides."), this);
  m_verdict->setProperty("kind", "muted");
  m_verdict->setWordWrap(true);
  m_reason = new QLabel(this);
  m_reason->setProperty("kind", "muted");
  m_reason->setWordWrap(true);
  m_reason->hide();
  grid->addWidget(question, 0, 0);
  grid->addWidget(m_who, 0, 1);
  grid->addWidget(m_action, 0, 2);
  grid->addWidget(m_about, 0, 3);
  grid->addWidget(askButton, 0, 4);
  grid->addWidget(m_verdictIcon, 1, 0, Qt::AlignTop | Qt::AlignRight);
  grid->addWidget(m_verdict, 1, 1, 1, 4);
  grid->addWidget(m_reason, 2, 1, 1, 4);
  grid->setColumnStretch(1, 3);
  grid->setColumnStretch(2, 2);
  grid->setColumnStretch(3, 3);
}

void DecisionPanel::setNames(const QStringList& principals) {
  for (QComboBox* field : {m_who, m_about}) {
    const QString kept = field->currentText();
    field->clear();
    field->addItems(principals);
    field->setCurrentText(kept);
  }
}

void DecisionPanel::ask() {
  DecisionQuestion question;
  question.who = m_who->currentText().trimmed().toStdString();
  question.action = static_cast<api::Action>(m_action->currentData().toInt());
  const std::string about = m_about->currentText().trimmed().toStdString();
  // Ids have no slash, so what has one can only be a topic.
  (about.find('/') == std::string::npos ? question.about : question.topic) = about;
  if (question.who.empty() || about.empty()) {
    m_verdict->setText(tr("Say who, and about which car, person or topic."));
    return;
  }
  m_reply.cancel();
  m_reply = m_client.explain(question);
  m_reply.then(this, [this](const Result<api::Decision>& answer) { showAnswer(answer); });
}

void DecisionPanel::showAnswer(const Result<api::Decision>& answer) {
  const Theme& theme = themeOf(*this);
  m_reason->hide();
  if (!answer) {
    m_verdictIcon->setPixmap(
        iconPixmap(QStringLiteral("error"), theme.stateText.alarm, size::kIcon, devicePixelRatioF()));
    m_verdict->setText(QString::fromStdString(answer.error().message()));
    return;
  }
  const QString icon = answer->allowed ? QStringLiteral("check") : QStringLiteral("lock");
  const QColor colour = answer->allowed ? theme.stateText.driving : theme.stateText.alarm;
  m_verdictIcon->setPixmap(iconPixmap(icon, colour, size::kIcon, devicePixelRatioF()));
  QString verdict = QString::fromStdString(answer->explanation);
  // Why the rule is there, in the words of whoever made it.
  if (answer->rule && !answer->rule->note.empty())
    verdict += QLatin1Char('\n') + tr("Its note: %1").arg(QString::fromStdString(answer->rule->note));
  m_verdict->setText(verdict);
  QStringList lines;
  for (const auto& [rule, reason] : answer->passedOver) {
    if (std::size_t(lines.size()) == kMaxRulesTold) break;
    const QString sentence = RuleDraft(rule).sentence();
    lines += reason.empty() ? tr("%1: %2").arg(rule.priority).arg(sentence)
                            : tr("%1: %2 (%3)").arg(rule.priority).arg(sentence, QString::fromStdString(reason));
  }
  if (lines.isEmpty()) return;
  const auto further = static_cast<int>(answer->passedOver.size()) - static_cast<int>(lines.size());
  QString text = tr("Tried before and not fitting:") + QLatin1Char('\n') + lines.join(QLatin1Char('\n'));
  if (further > 0) text += QLatin1Char('\n') + tr("and %n more", nullptr, further);
  m_reason->setText(text);
  m_reason->show();
}

}  // namespace carport::ui
