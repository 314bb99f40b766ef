#include "ui/widgets/car/command_panel.h"

#include "ui/models/phrases.h"
#include "ui/widgets/car/car_presenter.h"
#include "ui/widgets/car/coloured_delegate.h"
#include "ui/widgets/car/fitted_table.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/style/metrics.h"

#include <QComboBox>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

namespace carport::ui {

namespace {
constexpr int kRows = 8;
constexpr int kCompactRows = 4;
}  // namespace

CommandPanel::CommandPanel(CarPresenter& presenter, QWidget* parent) : QWidget(parent), m_presenter(presenter) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space::kInside);
  m_notice = new Notice(this);
  makeForm();
  makeList();
  column->addLayout(m_form);
  column->addWidget(m_notice);
  column->addWidget(m_empty);
  column->addWidget(m_table);
  column->addWidget(m_cancel, 0, Qt::AlignLeft);
  column->addStretch(1);
  connect(&presenter, &CarPresenter::carChanged, this, [this] {
    m_notice->clear();
    m_arguments->clear();
    refresh();
  });
  connect(&presenter, &CarPresenter::commandRefused, m_notice, &Notice::showError);
  connect(&presenter, &CarPresenter::commandSent, this, [this] {
    m_notice->clear();
    m_arguments->clear();
  });
  refresh();
}

void CommandPanel::makeForm() {
  m_form = new QBoxLayout(QBoxLayout::LeftToRight);
  m_form->setSpacing(space::kInside);
  m_name = new QComboBox(this);
  m_name->setEditable(true);
  m_name->setInsertPolicy(QComboBox::NoInsert);
  m_name->addItems(CommandDraft::usualNames());
  m_name->setCurrentIndex(-1);
  m_name->lineEdit()->setPlaceholderText(tr("Command"));
  m_name->lineEdit()->setMaxLength(int(api::kMaxCommandNameBytes));
  m_name->setAccessibleName(tr("Command"));
  growWithText(*m_name, [this] { m_name->setMinimumWidth(scaled(180)); });
  m_arguments = new QLineEdit(this);
  m_arguments->setPlaceholderText(tr("Arguments as JSON, or nothing"));
  m_arguments->setAccessibleName(tr("Arguments"));
  m_arguments->setMaxLength(int(api::kMaxCommandArgumentsBytes));
  m_life = new QComboBox(this);
  for (const Milliseconds life : CommandDraft::kLives) {
    m_life->addItem(tr("for %1").arg(phrases::duration(life)), qint64(life.count()));
  }
  m_life->setCurrentIndex(CommandDraft::kUsualLife);
  m_life->setToolTip(tr("How long the command waits for the car; after that it is never delivered"));
  m_life->setAccessibleName(tr("Expiry"));
  m_send = new QPushButton(tr("Send"), this);
  m_send->setProperty("kind", "primary");
  m_form->addWidget(m_name);
  m_form->addWidget(m_arguments, 1);
  m_form->addWidget(m_life);
  m_form->addWidget(m_send);
  connect(m_send, &QPushButton::clicked, this, &CommandPanel::send);
  connect(m_arguments, &QLineEdit::returnPressed, this, &CommandPanel::send);
  connect(m_name->lineEdit(), &QLineEdit::returnPressed, this, &CommandPanel::send);
  connect(m_name, &QComboBox::editTextChanged, this, &CommandPanel::refresh);
}

void CommandPanel::makeList() {
  CommandModel& model = m_presenter.commands();
  m_table = new FittedTable(model, kRows, this);
  m_table->setAccessibleName(tr("Commands"));
  m_table->setItemDelegateForColumn(int(CommandColumn::state),
                                    new ColouredDelegate(ColouredDelegate::Kind::commandState, *m_table));
  m_table->hideColumn(int(CommandColumn::car));
  m_table->setSelectionMode(QAbstractItemView::SingleSelection);
  m_table->setColumnWidth(int(CommandColumn::name), scaled(200));
  m_table->setColumnWidth(int(CommandColumn::state), scaled(150));
  m_table->setColumnWidth(int(CommandColumn::created), scaled(130));
  m_table->setColumnWidth(int(CommandColumn::expires), scaled(90));
  m_empty = new QLabel(tr("No command has been sent to this car yet."), this);
  m_empty->setProperty("kind", "muted");
  m_cancel = new QPushButton(tr("Cancel the selected command"), this);
  connect(m_cancel, &QPushButton::clicked, this, &CommandPanel::cancelSelected);
  connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &CommandPanel::refresh);
  connect(&model, &QAbstractItemModel::dataChanged, this, &CommandPanel::refresh);
  connect(&model, &QAbstractItemModel::rowsInserted, this, &CommandPanel::refresh);
  connect(&model, &QAbstractItemModel::modelReset, this, &CommandPanel::refresh);
  connect(&model, &CommandModel::loadingChanged, this, &CommandPanel::refresh);
}

void CommandPanel::setCompact(bool compact) {
  // Widths are not set again where only the page is arranged anew, on its way to another size of text.
  if (std::exchange(m_compact, compact) == compact) return;
  m_form->setDirection(compact ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
  m_table->setMaxRows(compact ? kCompactRows : kRows);
  m_table->setColumnHidden(int(CommandColumn::created), compact);
  m_table->setColumnHidden(int(CommandColumn::result), compact);
  m_table->setColumnWidth(int(CommandColumn::name), scaled(compact ? 120 : 200));
  m_table->setColumnWidth(int(CommandColumn::state), scaled(compact ? 130 : 150));
  m_table->setColumnWidth(int(CommandColumn::created), scaled(130));  // the text may have grown while it was hidden
}

void CommandPanel::refresh() {
  const CommandModel& model = m_presenter.commands();
  const bool empty = model.rowCount() == 0;
  m_table->setVisible(!empty);
  m_empty->setVisible(empty);
  m_empty->setText(model.isLoading()            ? tr("Loading…")
                   : !model.trouble().isEmpty() ? model.trouble()
                                                : tr("No command has been sent to this car yet."));
  const QModelIndexList rows = m_table->selectionModel()->selectedRows();
  m_cancel->setVisible(!rows.isEmpty() && rows.front().data(kCommandCancellableRole).toBool());
  m_send->setEnabled(m_presenter.car() && !m_presenter.isGone() && !m_name->currentText().trimmed().isEmpty());
}

void CommandPanel::send() {
  if (!m_send->isEnabled()) return;
  m_presenter.sendCommand(
      {m_name->currentText(), m_arguments->text(), Milliseconds(m_life->currentData().toLongLong())});
}

void CommandPanel::cancelSelected() {
  const QModelIndexList rows = m_table->selectionModel()->selectedRows();
  if (!rows.isEmpty()) m_presenter.cancelCommand(rows.front().data(kCommandIdRole).toString());
}

}  // namespace carport::ui
