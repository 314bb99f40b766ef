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

#include <initializer_list>

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
  m_grid = new QGridLayout(this);
  m_grid->setContentsMargins(space::kGroup, space::kPadding, space::kGroup, space::kPadding);
  m_grid->setHorizontalSpacing(space::kInside);
  m_grid->setVerticalSpacing(space::kInside);
  m_question = new QLabel(tr("May…"), this);
  m_question->setProperty("kind", "strong");
  m_who = makeNameField(tr("person or car"), tr("Who"), this);
  m_action = new QComboBox(this);
  m_action->setAccessibleName(tr("What"));
  for (const auto action : {api::Action::view, api::Action::subscribe, api::Action::send, api::Action::command,
                            api::Action::administer, api::Action::impersonate}) {
    m_action->addItem(phrases::action(action), static_cast<int>(action));
  }
  m_about = makeNameField(tr("car, person or topic"), tr("About"), this);
  m_aboutName = new QLabel(this);
  m_aboutName->setTextFormat(Qt::PlainText);
  m_aboutName->hide();
  m_ask = new QPushButton(tr("Ask"), this);
  connect(m_ask, &QPushButton::clicked, this, qOverload<>(&DecisionPanel::ask));
  for (QComboBox* field : {m_who, m_about})
    connect(field->lineEdit(), &QLineEdit::returnPressed, this, qOverload<>(&DecisionPanel::ask));
  m_verdictIcon = new QLabel(this);
  m_verdict = new QLabel(this);
  m_reason = new QLabel(this);
  for (QLabel* label : {m_verdict, m_reason}) {
    label->setProperty("kind", "muted");
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
  }
  arrange();
  showHint();
}

void DecisionPanel::arrange() {
  for (QWidget* part : std::initializer_list<QWidget*>{m_question, m_who, m_action, m_about, m_aboutName, m_ask,
                                                       m_verdictIcon, m_verdict, m_reason})
    m_grid->removeWidget(part);
  QWidget* about = m_fixedAbout.isEmpty() ? static_cast<QWidget*>(m_about) : m_aboutName;
  const int second = m_compact ? 1 : 0;
  m_grid->addWidget(m_question, 0, 0);
  m_grid->addWidget(m_who, 0, 1, 1, m_compact ? 4 : 1);
  m_grid->addWidget(m_action, second, m_compact ? 1 : 2);
  m_grid->addWidget(about, second, m_compact ? 2 : 3);
  m_grid->addWidget(m_ask, second, 4);
  m_grid->addWidget(m_verdictIcon, second + 1, 0, Qt::AlignTop | Qt::AlignRight);
  m_grid->addWidget(m_verdict, second + 1, 1, 1, 4);
  m_grid->addWidget(m_reason, second + 2, 1, 1, 4);
  const bool isFixed = !m_fixedAbout.isEmpty();
  m_grid->setColumnStretch(1, m_compact ? 0 : 3);
  m_grid->setColumnStretch(2, m_compact ? 1 : 2);
  m_grid->setColumnStretch(3, m_compact || isFixed ? 0 : 3);
}

void DecisionPanel::setCompact(bool compact) {
  m_compact = compact;
  arrange();
}

void DecisionPanel::setAbout(const QString& id, const QString& name) {
  m_fixedAbout = id;
  m_aboutName->setText(name);
  m_about->setVisible(id.isEmpty());
  m_aboutName->setVisible(!id.isEmpty());
  arrange();
  showHint();
}

void DecisionPanel::setWho(const QString& id) {
  m_who->setCurrentText(id);
}

void DecisionPanel::takeFocus() {
  m_action->setFocus(Qt::OtherFocusReason);
}

void DecisionPanel::ask(const QString& who, api::Action action) {
  setWho(who);
  m_action->setCurrentIndex(m_action->findData(static_cast<int>(action)));
  ask();
}

void DecisionPanel::showHint() {
  m_reply.cancel();
  m_verdictIcon->clear();
  m_verdict->setText(tr("Ask who may do what, and learn which rule decides."));
  m_reason->hide();
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
  const QString written = m_fixedAbout.isEmpty() ? m_about->currentText().trimmed() : m_fixedAbout;
  const std::string about = written.toStdString();
  // Ids have no slash, so what has one can only be a topic.
  (about.find('/') == std::string::npos ? question.about : question.topic) = about;
  if (question.who.empty() || about.empty()) {
    showHint();
    m_verdict->setText(m_fixedAbout.isEmpty() ? tr("Say who, and about which car, person or topic.") : tr("Say who."));
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
  if (further > 0) text += QLatin1Char('\n') + tr("and %Ln more", nullptr, further);
  m_reason->setText(text);
  m_reason->show();
}

}  // namespace carport::ui
