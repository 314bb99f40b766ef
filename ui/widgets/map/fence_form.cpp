#include "ui/widgets/map/fence_form.h"

#include "gateway/base/utf8_prefix.h"
#include "ui/widgets/common/labelled_field.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/map/fence_swatch.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace carport::ui {
namespace {

constexpr int kNoteRows = 4;

}  // namespace

FenceForm::FenceForm(const api::Fence& fence, const QString& whyNot, QWidget* parent)
    : QWidget(parent), m_whyNot(whyNot) {
  setObjectName(QStringLiteral("fenceForm"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space::kGroup, space::kInside, space::kGroup, space::kGroup);
  column->setSpacing(space::kPadding);
  setUpFields(*column, fence);
  setUpButtons(*column, !fence.number);
  column->addStretch(1);
  updateSave();
}

void FenceForm::setUpFields(QVBoxLayout& column, const api::Fence& fence) {
  const bool may = m_whyNot.isEmpty();
  m_name = new QLineEdit(QString::fromStdString(fence.name), this);
  m_name->setMaxLength(int(api::kMaxFenceNameBytes));
  m_name->setPlaceholderText(tr("for example Depot north"));
  m_colour = new FenceColourPicker(this);
  m_colour->setColour(int(fence.colour));
  m_note = new QPlainTextEdit(QString::fromStdString(fence.note), this);
  m_note->setTabChangesFocus(true);
  m_note->setPlaceholderText(tr("what it is there for"));
  m_note->setFixedHeight(kNoteRows * size::kRow);
  m_measures = new QLabel(this);
  m_measures->setWordWrap(true);
  m_problem = new QLabel(this);
  m_problem->setProperty("kind", "error");
  m_problem->setWordWrap(true);
  m_notice = new Notice(this);
  addLabelled(column, tr("Name"), m_name);
  addLabelled(column, tr("Colour"), m_colour);
  addLabelled(column, tr("Note"), m_note);
  column.addWidget(m_measures);
  column.addWidget(m_problem);
  m_name->setReadOnly(!may);
  m_note->setReadOnly(!may);
  m_colour->setEnabled(may);
  if (!may) {
    auto* why = new QLabel(m_whyNot, this);
    why->setProperty("kind", "muted");
    why->setWordWrap(true);
    column.addWidget(why);
  }
  connect(m_name, &QLineEdit::textChanged, this, [this] {
    updateSave();
    emit edited();
  });
  connect(m_note, &QPlainTextEdit::textChanged, this, &FenceForm::edited);
  connect(m_colour, &FenceColourPicker::picked, this, [this](int colour) {
    emit colourPicked(colour);
    emit edited();
  });
  connect(m_name, &QLineEdit::returnPressed, this, [this] {
    if (m_save->isEnabled()) emit saveWanted();
  });
  setFocusProxy(m_name);
}

void FenceForm::setUpButtons(QVBoxLayout& column, bool isNew) {
  auto* row = new QHBoxLayout;
  row->setSpacing(space::kInside);
  m_save = new QPushButton(isNew ? tr("Add fence") : tr("Save fence"), this);
  m_save->setProperty("kind", "primary");
  m_save->setVisible(m_whyNot.isEmpty());
  auto* leave = new QPushButton(m_whyNot.isEmpty() ? tr("Discard") : tr("Back to the list"), this);
  leave->setToolTip(m_whyNot.isEmpty() ? tr("Back to the list, without saving") : QString());
  row->addWidget(m_save);
  row->addWidget(leave);
  row->addStretch(1);
  column.addLayout(row);
  column.addWidget(m_notice);
  auto* more = new QHBoxLayout;
  m_cars = new QPushButton(themedIcon(QStringLiteral("cars"), IconRole::accent), tr("Show the cars inside"), this);
  m_remove = new QPushButton(themedIcon(QStringLiteral("delete"), IconRole::accent), tr("Delete fence"), this);
  for (QPushButton* button : {m_cars, m_remove}) {
    button->setProperty("kind", "quiet");
    more->addWidget(button);
  }
  m_remove->setVisible(!isNew && m_whyNot.isEmpty());
  more->addStretch(1);
  column.addLayout(more);
  connect(m_save, &QPushButton::clicked, this, &FenceForm::saveWanted);
  connect(leave, &QPushButton::clicked, this, &FenceForm::leaveWanted);
  connect(m_cars, &QPushButton::clicked, this, &FenceForm::carsWanted);
  connect(m_remove, &QPushButton::clicked, this, &FenceForm::removalWanted);
}

void FenceForm::writeInto(api::Fence& fence) const {
  const std::string name = m_name->text().trimmed().toStdString();
  const std::string note = m_note->toPlainText().trimmed().toStdString();
  fence.name = std::string(utf8Prefix(name, api::kMaxFenceNameBytes));
  fence.note = note;
  fence.colour = std::uint8_t(m_colour->colour());
}

void FenceForm::setShape(const QString& words, const QString& problem, bool isDone) {
  m_measures->setText(words);
  m_problem->setText(problem);
  m_problem->setVisible(!problem.isEmpty() && isDone);
  m_isDone = isDone && problem.isEmpty();
  updateSave();
}

void FenceForm::setBusy(bool busy) {
  m_isBusy = busy;
  if (busy) m_notice->clear();
  updateSave();
}

void FenceForm::showError(const QString& sentence) {
  m_notice->showError(sentence);
}

void FenceForm::takeFocus() {
  m_name->setFocus(Qt::OtherFocusReason);
}

void FenceForm::updateSave() {
  const bool isNamed = !m_name->text().trimmed().isEmpty();
  m_save->setEnabled(isNamed && m_isDone && !m_isBusy);
  m_save->setToolTip(!isNamed ? tr("Give it a name first") : !m_isDone ? tr("Draw it on the map first") : QString());
  m_cars->setEnabled(m_isDone);
  m_remove->setEnabled(!m_isBusy);
}

}  // namespace carport::ui
