#include "ui/widgets/commands/command_form.h"

#include "gateway/api/command.h"
#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"
#include "ui/models/command_draft.h"
#include "ui/models/phrases.h"
#include "ui/widgets/commands/car_picker.h"
#include "ui/widgets/common/labelled_field.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/style/metrics.h"

#include <QComboBox>
#include <QFontDatabase>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

namespace carport::ui {

namespace {
constexpr int kArgumentsHeight = 72;
}  // namespace

CommandForm::CommandForm(GatewayClient& client, const CarStore& store, const QStringList& cars, QWidget* parent)
    : QWidget(parent), m_client(client) {
  build(store, cars);
}

void CommandForm::build(const CarStore& store, const QStringList& cars) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space::kGroup, space::kInside, space::kGroup, space::kGroup);
  column->setSpacing(space::kPadding);
  m_cars = new CarPicker(store, this);
  m_cars->setCars(cars);
  m_name = new QComboBox(this);
  m_name->setEditable(true);
  m_name->addItems(CommandDraft::usualNames());
  m_name->lineEdit()->setMaxLength(static_cast<int>(api::kMaxCommandNameBytes));
  m_arguments = new QPlainTextEdit(this);
  m_arguments->setPlaceholderText(QStringLiteral("{\"seconds\": 5}"));
  growWithText(*m_arguments, [this] {
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    fixed.setPixelSize(scaled(static_cast<int>(TextSize::body)));
    m_arguments->setFont(fixed);
    m_arguments->setFixedHeight(scaled(kArgumentsHeight));
  });
  m_arguments->setTabChangesFocus(true);
  m_life = new QComboBox(this);
  for (const Milliseconds life : CommandDraft::kLives) m_life->addItem(phrases::duration(life), qint64(life.count()));
  m_life->setCurrentIndex(CommandDraft::kUsualLife);
  m_submit = new QPushButton(tr("Send command"), this);
  m_submit->setProperty("kind", "primary");
  m_notice = new Notice(this);
  addLabelled(*column, tr("To"), m_cars);
  addLabelled(*column, tr("Command"), m_name);
  addLabelled(*column, tr("Arguments, where the command has any"), m_arguments);
  addLabelled(*column, tr("If the car cannot be reached, give up after"), m_life);
  m_progress = new QProgressBar(this);
  m_progress->setTextVisible(false);
  m_progress->setAccessibleName(tr("Sent so far"));
  m_progress->hide();
  column->addWidget(m_submit, 0, Qt::AlignLeft);
  column->addWidget(m_progress);
  column->addWidget(m_notice);
  column->addStretch(1);
  connect(m_submit, &QPushButton::clicked, this, &CommandForm::submit);
  connect(m_name->lineEdit(), &QLineEdit::returnPressed, this, [this] {
    if (!m_batch.isRunning()) submit();
  });
  connect(&m_batch, &Batch::progressed, m_progress, &QProgressBar::setValue);
  connect(&m_batch, &Batch::finished, this, &CommandForm::onFinished);
  setFocusProxy(cars.isEmpty() ? static_cast<QWidget*>(m_cars) : m_name);
}

std::optional<NewCommand> CommandForm::composed() {
  if (!m_cars->takeTyped()) return std::nullopt;
  if (m_cars->cars().isEmpty()) {
    m_notice->showError(tr("Say which car gets the command."));
    return std::nullopt;
  }
  const CommandDraft draft{m_name->currentText(), m_arguments->toPlainText(),
                           Milliseconds(m_life->currentData().toLongLong())};
  if (const QString problem = draft.problem(); !problem.isEmpty()) {
    m_notice->showError(problem);
    return std::nullopt;
  }
  return draft.toCommand(m_client.now());
}

void CommandForm::submit() {
  if (m_batch.isRunning()) return m_batch.stop();
  const auto command = composed();
  if (!command) return;
  m_notice->clear();
  const QStringList cars = m_cars->cars();
  m_progress->setMaximum(static_cast<int>(cars.size()));
  m_progress->setVisible(cars.size() > Batch::kMaxAtOnce);
  m_submit->setText(tr("Stop sending"));
  m_batch.start(cars, [this, command = *command](const QString& car, Batch::Answer answer) {
    m_client.sendCommand(car, command).then(this, [answer = std::move(answer)](const Result<api::Command>& taken) {
      answer(taken ? QString() : QString::fromStdString(taken.error().message()));
    });
  });
}

void CommandForm::onFinished() {
  m_submit->setText(tr("Send command"));
  m_progress->hide();
  QStringList lines;
  if (const QString refusals = m_batch.refusals(); !refusals.isEmpty()) lines.append(refusals);
  if (m_batch.leftOut() > 0) lines.append(tr("Stopped; %Ln cars were left out.", nullptr, m_batch.leftOut()));
  if (lines.isEmpty()) {
    m_notice->showDone(tr("On its way to %Ln cars. The table shows how far it has got.", nullptr, m_batch.succeeded()));
    emit sent();
    return;
  }
  if (m_batch.succeeded() > 0) lines.append(tr("It is on its way to %Ln cars.", nullptr, m_batch.succeeded()));
  m_notice->showError(lines.join(QLatin1Char('\n')));
}

}  // namespace carport::ui
