#include "ui/widgets/commands/commands_page.h"

#include "ui/client/gateway_client.h"
#include "ui/widgets/commands/command_form.h"
#include "ui/widgets/common/drawer_host.h"
#include "ui/widgets/common/empty_state.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/common/page_header.h"
#include "ui/widgets/common/tables.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QHeaderView>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <utility>

namespace carport::ui {

namespace {
constexpr std::array<int, kCommandColumns> kColumnWidths{180, 140, 130, 130, 150, 240};
}  // namespace

CommandsPage::CommandsPage(GatewayClient& client, const CarStore& store, DrawerHost& drawer, QWidget* parent)
    : QWidget(parent), m_client(client), m_store(store), m_drawer(drawer), m_commands(store) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space::kPage, space::kPage, space::kPage, 0);
  column->setSpacing(space::kGroup);
  m_header = new PageHeader(tr("Commands"), this);
  m_cancel = new QPushButton(themedIcon(QStringLiteral("stop"), IconRole::strong), tr("Cancel command"), this);
  auto* add = new QPushButton(themedIcon(QStringLiteral("plus"), IconRole::onAccent), tr("New command"), this);
  add->setProperty("kind", "primary");
  m_header->addControl(m_cancel);
  m_header->addControl(add);
  m_notice = new Notice(this);
  m_states = new QStackedWidget(this);
  column->addWidget(m_header);
  column->addWidget(m_notice);
  column->addWidget(m_states, 1);
  setUpTable();
  connect(add, &QPushButton::clicked, this, [this] { compose(); });
  connect(m_cancel, &QPushButton::clicked, this, &CommandsPage::cancelSelected);
  connect(&m_batch, &Batch::progressed, this, &CommandsPage::updateButtons);
  connect(&m_batch, &Batch::finished, this, [this] {
    if (const QString refusals = m_batch.refusals(); !refusals.isEmpty()) m_notice->showError(refusals);
    updateButtons();
  });
  m_commands.attach(m_client);
  updateState();
  updateButtons();
}

void CommandsPage::setUpTable() {
  m_table = new QTableView(this);
  m_table->setModel(&m_commands);
  m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
  m_table->setAccessibleName(tr("Commands, newest first"));
  prepareTable(*m_table, kColumnWidths);
  m_empty = new EmptyState(QStringLiteral("commands"), {}, {}, tr("New command"), this);
  connect(m_empty, &EmptyState::actionRequested, this, [this] { compose(); });
  m_states->addWidget(m_table);
  m_states->addWidget(m_empty);
  connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &CommandsPage::updateButtons);
  connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) {
    emit carActivated(PrincipalNumber{index.data(kCommandCarRole).toUInt()});
  });
  connect(&m_commands, &QAbstractItemModel::modelReset, this, &CommandsPage::updateState);
  connect(&m_commands, &QAbstractItemModel::rowsInserted, this, &CommandsPage::updateState);
  connect(&m_commands, &QAbstractItemModel::dataChanged, this, &CommandsPage::updateButtons);
  connect(&m_commands, &CommandModel::loadingChanged, this, &CommandsPage::updateState);
}

void CommandsPage::updateState() {
  const int count = m_commands.rowCount();
  m_states->setCurrentIndex(count > 0 ? 0 : 1);
  m_header->setRemark(count > 0 ? tr("the newest %Ln", nullptr, count) : QString());
  if (!m_commands.trouble().isEmpty()) {
    m_empty->setText(tr("The commands cannot be shown"), m_commands.trouble());
  } else if (m_commands.isLoading()) {
    m_empty->setText(tr("Loading…"), {});
  } else {
    m_empty->setText(tr("No commands yet"),
                     tr("A command reaches a car as soon as it connects, and never after its time has run out."));
  }
  updateButtons();
}

void CommandsPage::updateButtons() {
  m_cancel->setText(m_batch.isRunning() ? tr("Stop cancelling") : tr("Cancel command"));
  const QModelIndexList rows = m_table->selectionModel()->selectedRows();
  m_cancel->setEnabled(m_batch.isRunning() || std::any_of(rows.begin(), rows.end(), [](const QModelIndex& row) {
                         return row.data(kCommandCancellableRole).toBool();
                       }));
}

void CommandsPage::compose(const QStringList& cars) {
  m_drawer.openDrawer(tr("New command"), new CommandForm(m_client, m_store, cars));
}

void CommandsPage::cancelSelected() {
  if (m_batch.isRunning()) return m_batch.stop();
  QStringList ids;
  for (const QModelIndex& row : m_table->selectionModel()->selectedRows()) {
    if (row.data(kCommandCancellableRole).toBool()) ids.append(row.data(kCommandIdRole).toString());
  }
  m_notice->clear();
  m_batch.start(ids, [this](const QString& id, Batch::Answer answer) {
    m_client.cancelCommand(id).then(this, [this, answer = std::move(answer)](const Result<api::Command>& cancelled) {
      // Said here and not by the live connection alone, which may be behind.
      if (cancelled) m_commands.upsert(*cancelled);
      answer(cancelled ? QString() : QString::fromStdString(cancelled.error().message()));
    });
  });
}

}  // namespace carport::ui
