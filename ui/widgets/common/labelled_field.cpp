#include "ui/widgets/common/labelled_field.h"

#include "ui/widgets/style/metrics.h"

#include <QLabel>
#include <QVBoxLayout>

namespace carport::ui {

void addLabelled(QVBoxLayout& column, const QString& label, QWidget* field) {
  auto* text = new QLabel(label, field->parentWidget());
  text->setProperty("kind", "small");
  text->setBuddy(field);
  field->setAccessibleName(label);
  auto* pair = new QVBoxLayout;
  pair->setSpacing(space::kTight);
  pair->addWidget(text);
  pair->addWidget(field);
  column.addLayout(pair);
}

}  // namespace carport::ui
