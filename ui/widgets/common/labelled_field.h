#pragma once

#include <QString>

class QVBoxLayout;
class QWidget;

namespace carport::ui {

/// Adds a small label and, below it, `field` to a form's column; the label is the field's buddy and accessible name.
void addLabelled(QVBoxLayout& column, const QString& label, QWidget* field);

}  // namespace carport::ui
