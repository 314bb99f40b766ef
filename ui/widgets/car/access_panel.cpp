#include "ui/widgets/car/access_panel.h"

#include "ui/client/gateway_client.h"
#include "ui/models/phrases.h"
#include "ui/models/rule_draft.h"
#include "ui/models/rule_scope.h"
#include "ui/widgets/car/fitted_table.h"
#include "ui/widgets/permissions/decision_panel.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace carport::ui {

namespace {

constexpr int kAccessRows = 10;
/// Most people named beside a rule; the others are counted.
constexpr qsizetype kMaxNamed = 8;
/// Many changes at once, as an import makes them, are fetched together.
constexpr int kAccessGatherMs = 500;
/// Who may want something of a car, beside cars.
constexpr std::array kAskers{api::PrincipalType::user, api::PrincipalType::service, api::PrincipalType::application};

QLabel* makeMuted(QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setProperty("kind", "muted");
  label->setTextFormat(Qt::PlainText);
  label->setWordWrap(true);
  label->hide();
  return label;
}

}  // namespace

AccessPanel::AccessPanel(GatewayClient& client, QWidget* parent) : QWidget(parent), m_client(client) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  m_reveal = new QPushButton(themedIcon(QStringLiteral("permissions"), IconRole::accent), tr("Show the rules"), this);
  m_reveal->setProperty("kind", "quiet");
  m_reveal->hide();
  m_content = new QWidget(this);
  m_column = new QVBoxLayout(m_content);
  m_column->setContentsMargins(0, 0, 0, 0);
  m_column->setSpacing(space::kInside);
  column->addWidget(m_reveal, 0, Qt::AlignLeft);
  column->addWidget(m_content);
  makeList();
  makeDetails();
  m_decision = new DecisionPanel(client, m_content);
  m_column->addWidget(m_decision);
  m_loadSoon.setSingleShot(true);
  m_loadSoon.setInterval(kAccessGatherMs);
  connect(&m_loadSoon, &QTimer::timeout, this, &AccessPanel::load);
  connect(m_reveal, &QPushButton::clicked, this, [this] { setRevealed(true); });
  connect(&client, &GatewayClient::refreshNeeded, this, [this] {
    m_isStale = true;
    load();
  });
  connect(&client, &GatewayClient::carsChanged, this, [this] {
    m_isStale = true;
    if (!m_loadSoon.isActive()) m_loadSoon.start();
  });
  refreshState();
}

void AccessPanel::makeList() {
  m_organisation = makeMuted(m_content);
  m_filter = new QWidget(m_content);
  auto* row = new QHBoxLayout(m_filter);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(space::kInside);
  m_action = new QComboBox(m_filter);
  m_action->setAccessibleName(tr("Rules about"));
  m_action->addItem(tr("do anything with"), -1);
  for (const auto action :
       {api::Action::view, api::Action::subscribe, api::Action::send, api::Action::command, api::Action::administer})
    m_action->addItem(phrases::action(action), static_cast<int>(action));
  row->addWidget(new QLabel(tr("Who may"), m_filter));
  row->addWidget(m_action);
  row->addWidget(new QLabel(tr("this car? The first rule that fits decides."), m_filter));
  row->addStretch(1);
  m_state = makeMuted(m_content);
  m_retry = new QPushButton(tr("Try again"), m_content);
  m_table = new FittedTable(m_rules, kAccessRows, m_content);
  m_table->setAccessibleName(tr("Rules that speak of this car, in the order in which they are tried"));
  m_table->setSelectionMode(QAbstractItemView::SingleSelection);
  m_table->hideColumn(int(RuleColumn::expires));
  m_table->setColumnWidth(int(RuleColumn::priority), scaled(64));
  m_table->setColumnWidth(int(RuleColumn::effect), scaled(64));
  m_table->setColumnWidth(int(RuleColumn::who), scaled(160));
  m_table->setColumnWidth(int(RuleColumn::action), scaled(100));
  m_table->setColumnWidth(int(RuleColumn::about), scaled(190));
  m_column->addWidget(m_organisation);
  m_column->addWidget(m_filter);
  m_column->addWidget(m_state);
  m_column->addWidget(m_retry, 0, Qt::AlignLeft);
  m_column->addWidget(m_table);
  connect(m_action, &QComboBox::currentIndexChanged, this, &AccessPanel::chooseAction);
  connect(m_retry, &QPushButton::clicked, this, [this] {
    m_isStale = true;
    load();
  });
  connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &AccessPanel::refreshDetails);
  connect(m_table, &QTableView::activated, this, [this] { m_show->click(); });
}

void AccessPanel::makeDetails() {
  m_details = new QWidget(m_content);
  auto* column = new QVBoxLayout(m_details);
  column->setContentsMargins(space::kInside, 0, space::kInside, 0);
  column->setSpacing(space::kTight);
  m_sentence = makeMuted(m_details);
  m_sentence->setProperty("kind", "strong");
  m_sentence->show();
  m_note = makeMuted(m_details);
  m_who = new QLabel(m_details);
  m_who->setTextFormat(Qt::RichText);
  m_who->setWordWrap(true);
  m_who->setTextInteractionFlags(Qt::TextBrowserInteraction);
  m_who->setAccessibleDescription(tr("Choose a name to learn what the gateway decides"));
  m_show =
      new QPushButton(themedIcon(QStringLiteral("forward"), IconRole::accent), tr("Show among all rules"), m_details);
  m_show->setProperty("kind", "quiet");
  column->addWidget(m_sentence);
  column->addWidget(m_note);
  column->addWidget(m_who);
  column->addWidget(m_show, 0, Qt::AlignLeft);
  m_column->addWidget(m_details);
  connect(m_who, &QLabel::linkActivated, this, &AccessPanel::explainFor);
  connect(m_show, &QPushButton::clicked, this, [this] {
    if (const api::Rule* rule = m_rules.at(chosenRow())) emit ruleRequested(rule->number);
  });
}

void AccessPanel::setCar(const api::Principal& car) {
  if (car == m_rules.car()) return;
  const bool isFirst = m_rules.car().id.empty();
  const bool isAnother = car.id != m_rules.car().id;
  m_rules.setCar(car);
  if (isAnother) {
    m_table->clearSelection();
    m_decision->setAbout(QString::fromStdString(car.id), tr("this car?"));
    if (isFirst) m_decision->setWho(QString::fromStdString(m_client.self().id));
    if (m_compact) setRevealed(false);
  }
  refreshState();
}

void AccessPanel::setCompact(bool compact) {
  m_compact = compact;
  for (const RuleColumn column : {RuleColumn::priority, RuleColumn::about, RuleColumn::note})
    m_table->setColumnHidden(int(column), compact);
  m_decision->setCompact(compact);
  m_filter->layout()->itemAt(2)->widget()->setVisible(!compact);
  setRevealed(!compact);
}

void AccessPanel::setRevealed(bool revealed) {
  const bool hadFocus = m_reveal->hasFocus();
  m_wanted = revealed;
  m_reveal->setVisible(!revealed);
  m_content->setVisible(revealed);
  if (revealed && hadFocus) m_action->setFocus();
  load();
}

void AccessPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  load();
}

void AccessPanel::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && m_decision) refreshDetails();
}

void AccessPanel::load() {
  if (!m_isStale || !m_wanted || !isVisible() || !m_client.isConnected()) return;
  m_isStale = false;
  m_trouble.clear();
  m_isRefused = false;
  m_rulesReply.cancel();
  m_rulesReply = m_client.permissions();
  m_rulesReply.then(this, [this](const Result<std::vector<api::Rule>>& rules) { onRules(rules); });
  refreshState();
}

void AccessPanel::onRules(const Result<std::vector<api::Rule>>& rules) {
  m_isKnown = true;
  m_rules.setNow(m_client.now());
  const api::Rule* chosen = m_rules.at(chosenRow());
  const RuleNumber kept = chosen ? chosen->number : RuleNumber();
  m_rules.setRules(rules ? *rules : std::vector<api::Rule>());
  for (int row = 0; row < m_rules.rowCount(); ++row) {
    if (m_rules.at(row)->number == kept) m_table->selectRow(row);
  }
  if (!rules) {
    m_isRefused = rules.error().kind() == ErrorKind::denied;
    m_trouble = QString::fromStdString(rules.error().message());
  }
  m_arriving.clear();
  if (rules) {
    loadPeople(0);
  } else {
    m_decision->setNames({QString::fromStdString(m_client.self().id)});
  }
  refreshState();
}

void AccessPanel::loadPeople(std::size_t next) {
  m_peopleReply.cancel();
  m_peopleReply = m_client.principals(kAskers[next]);
  m_peopleReply.then(this, [this, next](const Result<std::vector<api::Principal>>& people) {
    if (people) m_arriving.insert(m_arriving.end(), people->begin(), people->end());
    if (next + 1 < kAskers.size()) return loadPeople(next + 1);
    m_people = std::exchange(m_arriving, {});
    QStringList ids;
    for (const api::Principal& somebody : m_people) ids.append(QString::fromStdString(somebody.id));
    m_decision->setNames(ids);
    refreshDetails();
  });
}

void AccessPanel::chooseAction() {
  const int chosen = m_action->currentData().toInt();
  m_rules.setAction(chosen < 0 ? std::nullopt : std::optional(static_cast<api::Action>(chosen)));
  refreshState();
}

void AccessPanel::refreshState() {
  const bool isLoading = !m_isKnown || (m_rulesReply.isPending() && m_rules.rowCount() == 0);
  const bool isEmpty = m_rules.rowCount() == 0;
  QString state;
  if (isLoading) {
    state = tr("Loading…");
  } else if (m_isRefused) {
    state = tr("Only administrators may read the rules. What you yourself may do with this car you can ask here.");
  } else if (!m_trouble.isEmpty()) {
    state = m_trouble;
  } else if (isEmpty && m_action->currentIndex() > 0) {
    state = tr("No rule speaks of this: nobody may do it.");
  } else if (isEmpty) {
    state = tr("No rule speaks of this car: nobody may do anything with it.");
  }
  m_state->setText(state);
  m_state->setVisible(!state.isEmpty());
  m_retry->setVisible(!isLoading && !m_isRefused && !m_trouble.isEmpty());
  m_filter->setVisible(!isLoading && m_trouble.isEmpty());
  m_table->setVisible(!isEmpty);
  const std::string_view organisation = m_rules.car().organisation();
  const bool hasOwnRules = m_trouble.isEmpty() && organisation != m_client.self().organisation();
  m_organisation->setText(
      tr("The people of %1 have rules of their own, which are not listed here; ask about one of them below.")
          .arg(QString::fromStdString(std::string(organisation))));
  m_organisation->setVisible(hasOwnRules && !organisation.empty());
  refreshDetails();
}

void AccessPanel::refreshDetails() {
  const int row = chosenRow();
  const api::Rule* rule = m_rules.at(row);
  m_details->setVisible(rule != nullptr);
  if (!rule) return;
  m_sentence->setText(RuleDraft(*rule).sentence());
  m_note->setText(QString::fromStdString(rule->note));
  m_note->setVisible(!rule->note.empty());
  const QStringList ids = m_rules.idsOf(row, m_people);
  // A text that is laid out keeps the colours it was laid out with.
  const QString colour = themeOf(*this).accent.name();
  QStringList links;
  for (const QString& id : ids.mid(0, kMaxNamed))
    links.append(QStringLiteral("<a href=\"%1\" style=\"color:%2\">%1</a>").arg(id.toHtmlEscaped(), colour));
  QString text = isAboutOneself(*rule) ? tr("For the car itself alone.")
                 : ids.isEmpty()       ? tr("At present it is for nobody.")
                                       : tr("At present for %1").arg(links.join(QStringLiteral(", ")));
  if (ids.size() > kMaxNamed) text += tr(" and %Ln more", nullptr, int(ids.size() - kMaxNamed));
  if (!links.isEmpty()) text += tr(". Choose a name to hear what the gateway decides, and why.");
  if (text != m_who->text()) m_who->setText(text);
}

void AccessPanel::explainFor(const QString& who) {
  const api::Rule* rule = m_rules.at(chosenRow());
  const int chosen = m_action->currentData().toInt();
  auto action = chosen < 0 ? api::Action::view : static_cast<api::Action>(chosen);
  if (rule && rule->action) action = *rule->action;
  m_decision->ask(who, action);
}

int AccessPanel::chosenRow() const {
  const QModelIndexList rows = m_table->selectionModel()->selectedRows();
  return rows.isEmpty() ? -1 : rows.front().row();
}

}  // namespace carport::ui
