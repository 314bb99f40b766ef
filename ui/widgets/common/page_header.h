#pragma once

#include <QWidget>

class QHBoxLayout;

namespace carport::ui {

class ElidedLabel;

/// The head of a page: its name, a quiet remark beside it, and what can be done at the right. Owner: the page.
class PageHeader : public QWidget {
  Q_OBJECT

 public:
  explicit PageHeader(const QString& title, QWidget* parent = nullptr);

  /// "200 cars", "Loading…"
  void setRemark(const QString& remark);
  /// Adds a control at the right end.
  void addControl(QWidget* control);

 private:
  QHBoxLayout* m_row = nullptr;
  ElidedLabel* m_remark = nullptr;
};

}  // namespace carport::ui
