#pragma once

#include <QWidget>

class QLineEdit;

namespace carport::ui {

class Notice;

/// Asks what a view is to be called. Owner: the drawer. GUI thread.
class SaveViewForm : public QWidget {
  Q_OBJECT

 public:
  explicit SaveViewForm(const QString& name, QWidget* parent = nullptr);

  /// Says why it was not saved.
  void refuse(const QString& sentence);

 signals:
  void saved(const QString& name);

 private:
  void submit();

  QLineEdit* m_name = nullptr;
  Notice* m_notice = nullptr;
};

}  // namespace carport::ui
