#pragma once

#include <QString>

class QWidget;

namespace carport::ui {

/// Where a page shows what is selected or being made: the one drawer at the window's right. Implemented by the shell.
class DrawerHost {
 public:
  virtual ~DrawerHost() = default;

  /// Slides `content` in, in place of what was there. The drawer takes it over and deletes it when it closes or shows
  /// something else.
  virtual void openDrawer(const QString& title, QWidget* content) = 0;
  virtual void closeDrawer() = 0;
};

}  // namespace carport::ui
