#include "ui/widgets/permissions/permissions_page.h"

#include "ui/client/gateway_client.h"
#include "ui/models/rule_draft.h"
#include "ui/widgets/common/drawer_host.h"
#include "ui/widgets/common/empty_state.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/common/page_header.h"
#include "ui/widgets/common/tables.h"
#include "ui/widgets/permissions/decision_panel.h"
#include "ui/widgets/permissions/rule_form.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QHeaderView>
#include <QMessageBox>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <array>
#include <utility>

namespace carport::ui {

namespace {
constexpr std::array<int, kRuleColumns> kColumnWidths{80, 90, 200, 140, 200, 150, 240};
}  // namespace

PermissionsPage::PermissionsPage(GatewayClient& client, DrawerHost& drawer, QWidget* parent)
    : QWidget(parent), m_client(client), m_drawer(drawer) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space::kPage, space::kPage, space::kPage, 0);
  column->setSpacing(space::kGroup);
  m_header = new PageHeader(tr("Permissions"), this);
  m_edit = new QPushButton(themedIcon(QStringLiteral("edit"), IconRole::strong), tr("Edit"), this);
  m_remove = new QPushButton(themedIcon(QStringLiteral("delete"), IconRole::strong), tr("Delete"), this);
  m_add = new QPushButton(themedIcon(QStringLiteral("plus"), IconRole::onAccent), tr("Add rule"), this);
  m_add->setProperty("kind", "primary");
  for (QPushButton* button : {m_edit, m_remove, m_add}) m_header->addControl(button);
  m_notice = new Notice(this);
  m_decision = new DecisionPanel(client, this);
  m_states = new QStackedWidget(this);
  column->addWidget(m_header);
  column->addWidget(m_notice);
  column->addWidget(m_decision);
  column->addWidget(m_states, 1);
  setUpTable();
  connect(m_add, &QPushButton::clicked, this, [this] { openForm(nullptr); });
  connect(m_edit, &QPushButton::clicked, this, [this] { openForm(selected()); });
  connect(m_remove, &QPushButton::clicked, this, &PermissionsPage::removeSelected);
  connect(&m_client, &GatewayClient::refreshNeeded, this, &PermissionsPage::refresh);
  connect(&m_client, &GatewayClient::carsChanged, this, [this] {
    if (isVisible()) refresh();
  });
  updateButtons();
}

void PermissionsPage::setUpTable() {
  m_table = new QTableView(this);
  m_table->setModel(&m_rules);
  m_table->setSelectionMode(QAbstractItemView::SingleSelection);
  m_table->setAccessibleName(tr("Access rules, in the order in which they are tried"));
  prepareTable(*m_table, kColumnWidths);
  m_empty = new EmptyState(QStringLiteral("permissions"), tr("No rules"),
                           tr("Without a rule that allows it nobody may do anything."), {}, this);
  m_states->addWidget(m_table);
  m_states->addWidget(m_empty);
  connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &PermissionsPage::updateButtons);
  connect(&m_rules, &QAbstractItemModel::modelReset, this, &PermissionsPage::updateButtons);
  connect(m_table, &QTableView::activated, this, [this] { openForm(selected()); });
  auto* remove = new QShortcut(QKeySequence::Delete, m_table);
  remove->setContext(Qt::WidgetShortcut);
  connect(remove, &QShortcut::activated, this, &PermissionsPage::removeSelected);
}

void PermissionsPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  refresh();
}

void PermissionsPage::refresh() {
  if (!m_client.isConnected()) return;
  m_rulesReply.cancel();
  m_rulesReply = m_client.permissions();
  m_rulesReply.then(this, [this](const Result<std::vector<api::Rule>>& rules) { onRules(rules); });
  m_principalsReply.cancel();
  m_principalsReply = m_client.principals();
  m_principalsReply.then(this,
                         [this](const Result<std::vector<api::Principal>>& principals) { onPrincipals(principals); });
}

void PermissionsPage::onRules(const Result<std::vector<api::Rule>>& rules) {
  m_add->setEnabled(rules.has_value());  // whoever may not see them may not add to them
  if (!rules) {
    m_rules.setRules({});
    m_empty->setText(tr("The rules cannot be shown"), QString::fromStdString(rules.error().message()));
    m_header->setRemark({});
  } else {
    const api::Rule* current = selected();
    const RuleNumber kept = current ? current->number : RuleNumber{};
    m_rules.setRules(*rules);
    m_empty->setText(tr("No rules"), tr("Without a rule that allows it nobody may do anything."));
    m_header->setRemark(tr("%Ln rules; the first that fits decides", nullptr, m_rules.rowCount()));
    selectRule(kept);
    if (const RuleNumber awaited = std::exchange(m_awaited, {})) {
      selectRule(awaited);
      if (m_rules.rowOf(awaited) < 0) m_notice->showRemark(tr("This rule is no longer there."));
    }
  }
  m_states->setCurrentIndex(m_rules.rowCount() == 0 ? 1 : 0);
}

void PermissionsPage::showRule(RuleNumber rule) {
  m_awaited = rule;
  m_notice->clear();
  selectRule(rule);
  refresh();
}

void PermissionsPage::askAbout(const QString& principal) {
  m_decision->setWho(principal);
  m_decision->takeFocus();
}

void PermissionsPage::selectRule(RuleNumber rule) {
  const int row = m_rules.rowOf(rule);
  if (row < 0) return;
  m_table->selectRow(row);
  m_table->scrollTo(m_rules.index(row, 0));
}

void PermissionsPage::onPrincipals(const Result<std::vector<api::Principal>>& principals) {
  if (!principals) return;  // the rules' own answer says what is wrong
  m_principals.clear();
  m_groups.clear();
  for (const api::Principal& principal : *principals) {
    const QString id = QString::fromStdString(principal.id);
    (principal.type == api::PrincipalType::group ? m_groups : m_principals).append(id);
  }
  m_decision->setNames(m_principals);
}

void PermissionsPage::openForm(const api::Rule* rule) {
  auto* form = new RuleForm(m_client, rule);
  form->setNames(m_principals, m_groups);
  connect(form, &RuleForm::saved, this, [this](const api::Rule& saved) {
    m_drawer.closeDrawer();
    m_rules.upsert(saved);
    if (const int row = m_rules.rowOf(saved.number); row >= 0) m_table->selectRow(row);
    refresh();
  });
  m_drawer.openDrawer(rule ? tr("Edit rule") : tr("Add rule"), form);
}

void PermissionsPage::removeSelected() {
  const api::Rule* rule = selected();
  if (!rule || m_removeReply.isPending()) return;
  const RuleNumber number = rule->number;
  const QString question = tr("Delete this rule? It takes effect at once and cannot be undone.");
  QMessageBox box(QMessageBox::NoIcon, tr("Delete rule"), question, QMessageBox::Cancel, this);
  box.setInformativeText(RuleDraft(*rule).sentence());
  QPushButton* confirm = box.addButton(tr("Delete rule"), QMessageBox::DestructiveRole);
  confirm->setProperty("kind", "danger");
  box.setDefaultButton(QMessageBox::Cancel);
  box.exec();
  if (box.clickedButton() != confirm) return;
  m_removeReply = m_client.removeRule(number);
  m_removeReply.then(this, [this, number](const Result<Nothing>& answer) {
    if (!answer) {
      m_notice->showError(QString::fromStdString(answer.error().message()));
      return;
    }
    m_rules.remove(number);
    refresh();
  });
}

void PermissionsPage::updateButtons() {
  const bool some = selected() != nullptr;
  m_edit->setEnabled(some);
  m_remove->setEnabled(some);
}

const api::Rule* PermissionsPage::selected() const {
  const QModelIndexList rows = m_table->selectionModel()->selectedRows();
  return rows.isEmpty() ? nullptr : m_rules.at(rows.front().row());
}

}  // namespace carport::ui
