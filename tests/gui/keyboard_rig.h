#pragma once

#include "tests/gui/portal_window.h"
#include "ui/shell/palette_desk.h"
#include "ui/widgets/car/car_page.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/palette/palette.h"

#include <QAccessible>
#include <QListView>
#include <QScrollBar>

namespace carport::test {

inline QString nameOf(QWidget& widget) {
  QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(&widget);
  return accessible ? accessible->text(QAccessible::Name).trimmed() : QString();
}

/// Whether the keyboard can get there by Tab, and a person would have to know what it is.
inline bool isStop(const QWidget& widget) {
  const bool isPart = qobject_cast<const QScrollBar*>(&widget) || widget.objectName().startsWith("qt_");
  return !isPart && widget.isVisible() && widget.isEnabled() && (widget.focusPolicy() & Qt::TabFocus) != 0 &&
         !widget.focusProxy();
}

/// Whether anything in the picture has exactly this colour.
inline bool hasColour(const QImage& picture, const QColor& colour) {
  for (int y = 0; y < picture.height(); ++y) {
    for (int x = 0; x < picture.width(); ++x) {
      if (picture.pixelColor(x, y) == colour) return true;
    }
  }
  return false;
}

/// The whole portal with nothing but a keyboard.
class KeyboardRig {
 public:
  ui::MainWindow& window() { return *m_portal->window; }
  ui::CarStore& store() { return m_portal->portal.store; }
  ui::MapView& view() { return window().findChild<ui::MapPage*>()->view(); }
  ui::Palette& palette() { return window().paletteDesk().palette(); }
  QString firstRow() { return palette().list().model()->index(0, 0).data().toString(); }
  void key(Qt::Key which) {
    QWidget* focused = QApplication::focusWidget();
    QTest::keyClick(focused ? focused : &window(), which);
  }
  static QString focusName() { return QApplication::focusWidget() ? nameOf(*QApplication::focusWidget()) : QString(); }
  bool tabTo(const QString& name, Qt::Key which = Qt::Key_Tab) {
    for (int n = 0; n < 200; ++n) {
      if (focusName() == name) return true;
      key(which);
    }
    return false;
  }
  void type(const QString& text) {
    m_portal->keys(Qt::Key_K);
    QTest::keyClicks(&palette().field(), text);
  }
  /// Does what the palette finds first.
  bool run(const QString& text) {
    type(text);
    if (palette().list().model()->rowCount() == 0) return false;
    key(Qt::Key_Return);
    return !palette().isOpen();
  }
  PrincipalNumber carOf(const QString& id) { return store().numbers()[store().rowOfId(id).value()]; }
  ui::CarPage* carPage() {
    for (auto* page : window().findChildren<ui::CarPage*>())
      if (page->isVisible() && !m_portal->drawer().isAncestorOf(page)) return page;
    return nullptr;
  }
  ui::Page shownPage() {
    return static_cast<ui::Page>(window().findChild<ui::MapPage*>()->parentWidget()->property("currentIndex").toInt());
  }
  /// Closes the window and opens it again, as the program does.
  void reopen() {
    if (m_portal->window) m_portal->window->close();
    m_portal->window.reset();
    m_portal->window = std::make_unique<ui::MainWindow>(m_portal->portal, m_portal->preferences, &m_portal->gateway);
    m_portal->window->show();
    m_portal->window->showLastPlace();
    m_portal->window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_portal->window.get()));
  }

  QTemporaryDir m_folder;
  std::unique_ptr<PortalWindow> m_portal;
};

}  // namespace carport::test
