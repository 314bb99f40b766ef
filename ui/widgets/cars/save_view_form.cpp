#include "ui/widgets/cars/save_view_form.h"

#include "ui/models/car_view.h"
#include "ui/widgets/common/labelled_field.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/style/metrics.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace carport::ui {

SaveViewForm::SaveViewForm(const QString& name, QWidget* parent) : QWidget(parent) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space::kGroup, space::kInside, space::kGroup, space::kGroup);
  column->setSpacing(space::kPadding);
  m_name = new QLineEdit(name, this);
  m_name->setMaxLength(static_cast<int>(CarView::kMaxName));
  m_name->setPlaceholderText(tr("for example Night shift"));
  addLabelled(*column, tr("Name of the view"), m_name);
  auto* what = new QLabel(tr("It keeps the search, the order and the columns as they are now. A view of the same name "
                             "is replaced."),
                          this);
  what->setProperty("kind", "muted");
  what->setWordWrap(true);
  auto* save = new QPushButton(tr("Save view"), this);
  save->setProperty("kind", "primary");
  m_notice = new Notice(this);
  column->addWidget(what);
  column->addWidget(save, 0, Qt::AlignLeft);
  column->addWidget(m_notice);
  column->addStretch(1);
  connect(save, &QPushButton::clicked, this, &SaveViewForm::submit);
  connect(m_name, &QLineEdit::returnPressed, this, &SaveViewForm::submit);
  setFocusProxy(m_name);
}

void SaveViewForm::refuse(const QString& sentence) {
  m_notice->showError(sentence);
}

void SaveViewForm::submit() {
  const QString name = m_name->text().simplified();
  if (name.isEmpty()) return refuse(tr("Give the view a name."));
  emit saved(name);
}

}  // namespace carport::ui
