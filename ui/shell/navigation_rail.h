#pragma once

#include "ui/shell/page.h"

#include <QFrame>

class QButtonGroup;

namespace carport::ui {

/// The narrow rail of pages at the window's left. Owner: the main window.
class NavigationRail : public QFrame {
  Q_OBJECT

 public:
  explicit NavigationRail(QWidget* parent = nullptr);

  /// Marks the page that is shown; none of them for a car's own page.
  void setPage(Page page);
  /// The keyboard goes to the page that is shown, or the first.
  void takeFocus();

 signals:
  void pageRequested(carport::ui::Page page);

 private:
  QButtonGroup* m_buttons = nullptr;
};

}  // namespace carport::ui
