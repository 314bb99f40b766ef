#include "ui/widgets/cars/edit_cars_form.h"

#include "ui/client/gateway_client.h"
#include "ui/models/car_tags.h"
#include "ui/widgets/common/labelled_field.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/style/metrics.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

namespace carport::ui {

namespace {
enum Access { kLeave, kBlock, kUnblock };
constexpr int kMaxFieldText = 500;
}  // namespace

EditCarsForm::EditCarsForm(GatewayClient& client, const CarStore& store, std::vector<PrincipalNumber> cars,
                           QWidget* parent)
    : QWidget(parent), m_client(client), m_store(store), m_cars(std::move(cars)) {
  build();
  connect(&m_store, &CarStore::reset, this, &EditCarsForm::refresh);
  connect(&m_batch, &Batch::progressed, m_progress, &QProgressBar::setValue);
  connect(&m_batch, &Batch::finished, this, &EditCarsForm::onFinished);
  refresh();
}

QLineEdit* EditCarsForm::addField(QVBoxLayout& column, const QString& label, const QString& hint) {
  auto* field = new QLineEdit(this);
  field->setMaxLength(kMaxFieldText);
  field->setPlaceholderText(hint);
  addLabelled(column, label, field);
  connect(field, &QLineEdit::textChanged, this, &EditCarsForm::refresh);
  return field;
}

void EditCarsForm::build() {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space::kGroup, space::kInside, space::kGroup, space::kGroup);
  column->setSpacing(space::kPadding);
  m_join = addField(*column, tr("Put into groups"), tr("for example north, vans"));
  m_leave = addField(*column, tr("Take out of groups"), m_store.allGroups().join(QStringLiteral(", ")));
  m_addTags = addField(*column, tr("Add tags"), tr("for example winter tyres"));
  m_removeTags = addField(*column, tr("Remove tags"), m_store.allTags().join(QStringLiteral(", ")));
  m_attribute = addField(*column, tr("Attribute"), tr("for example depot"));
  m_text = addField(*column, tr("Its text; empty takes it away"), tr("for example Ghent"));
  m_access = new QComboBox(this);
  m_access->addItem(tr("Stays as it is"));
  m_access->addItem(tr("Block: they cannot sign in"));
  m_access->addItem(tr("Unblock: they may sign in"));
  addLabelled(*column, tr("Access"), m_access);
  connect(m_access, &QComboBox::currentIndexChanged, this, &EditCarsForm::refresh);
  m_preview = new QLabel(this);
  m_preview->setWordWrap(true);
  m_preview->setTextFormat(Qt::PlainText);
  m_submit = new QPushButton(this);
  m_submit->setProperty("kind", "primary");
  m_progress = new QProgressBar(this);
  m_progress->setTextVisible(false);
  m_progress->setAccessibleName(tr("Changed so far"));
  m_progress->hide();
  m_notice = new Notice(this);
  column->addWidget(m_preview);
  column->addWidget(m_submit, 0, Qt::AlignLeft);
  column->addWidget(m_progress);
  column->addWidget(m_notice);
  column->addStretch(1);
  connect(m_submit, &QPushButton::clicked, this, &EditCarsForm::submit);
  setFocusProxy(m_join);
}

CarEdit EditCarsForm::edit() const {
  CarEdit edit;
  edit.joinGroups = listOf(m_join->text());
  edit.leaveGroups = listOf(m_leave->text());
  edit.addTags = listOf(m_addTags->text());
  edit.removeTags = listOf(m_removeTags->text());
  edit.attribute = m_attribute->text().trimmed();
  edit.attributeText = m_text->text().trimmed();
  if (m_access->currentIndex() != kLeave) edit.blocked = m_access->currentIndex() == kBlock;
  return edit;
}

std::vector<CarStore::Row> EditCarsForm::rows() const {
  std::vector<CarStore::Row> rows;
  for (const PrincipalNumber car : m_cars) {
    if (const auto row = m_store.rowOf(car)) rows.push_back(*row);
  }
  return rows;
}

void EditCarsForm::refresh() {
  if (m_batch.isRunning()) return;
  const CarEdit wanted = edit();
  const std::vector<CarStore::Row> cars = rows();
  m_preview->setText(wanted.preview(m_store, cars));
  const auto count = static_cast<int>(cars.size());
  m_submit->setText(count == 1 ? tr("Change the car") : tr("Change %Ln cars", nullptr, count));
  m_submit->setEnabled(!wanted.isEmpty() && wanted.problem().isEmpty() && !cars.empty());
}

void EditCarsForm::submit() {
  if (m_batch.isRunning()) return m_batch.stop();
  QStringList ids;
  for (const CarStore::Row row : rows()) ids.append(m_store.id(row));
  m_notice->clear();
  m_progress->setMaximum(static_cast<int>(ids.size()));
  m_progress->show();
  m_batch.start(
      ids, [this, edit = edit()](const QString& id, Batch::Answer answer) { changeCar(id, edit, std::move(answer)); });
  m_submit->setText(tr("Stop"));
}

void EditCarsForm::changeCar(const QString& id, const CarEdit& edit, Batch::Answer answer) {
  // As the gateway has it now, and with its revision: a change that somebody else makes meanwhile is not undone.
  m_client.carToChange(id).then(this, [this, id, edit, answer = std::move(answer)](const Result<CarToChange>& car) {
    if (!car) return answer(QString::fromStdString(car.error().message()));
    QString problem;
    const auto change = edit.changeFor(car->car.principal, &problem);
    if (!change) return answer(problem);
    m_client.changeCar(id, *change, car->revision).then(this, [answer](const Result<Car>& changed) {
      answer(changed ? QString() : QString::fromStdString(changed.error().message()));
    });
  });
}

void EditCarsForm::onFinished() {
  m_progress->hide();
  QStringList lines;
  if (const QString refusals = m_batch.refusals(); !refusals.isEmpty()) lines.append(refusals);
  if (const int left = m_batch.leftOut(); left > 0) {
    lines.append(left == 1 ? tr("Stopped; one car was left as it is.")
                           : tr("Stopped; %Ln cars were left as they are.", nullptr, left));
  }
  refresh();
  const QString done = m_batch.succeeded() == 1 ? tr("One car is as you wanted it.")
                                                : tr("%Ln cars are as you wanted them.", nullptr, m_batch.succeeded());
  if (lines.isEmpty()) return m_notice->showDone(done);
  if (m_batch.succeeded() > 0) lines.append(done);
  m_notice->showError(lines.join(QLatin1Char('\n')));
}

}  // namespace carport::ui
