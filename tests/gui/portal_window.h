#pragma once

#include "app/carport/embedded_gateway.h"
#include "ui/shell/main_window.h"
#include "ui/shell/portal.h"
#include "ui/shell/preferences.h"
#include "ui/shell/texts.h"
#include "ui/widgets/common/drawer.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/style/apply_theme.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QCompleter>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QTimer>
#include <QTranslator>
#include <QtTest>

#include <memory>

namespace carport::test {

/// How long tests wait for what must come; nothing depends on how much of it is used.
inline constexpr int kPatienceMs = 20'000;

/// The whole portal as the program makes it, with its own gateway on free ports and everything it keeps in a folder of
/// its own. Pictures of it are saved in the folder that CARPORT_PICTURES names.
class PortalWindow {
 public:
  static EmbeddedGateway::Settings settingsFor(const QString& dataFolder) {
    EmbeddedGateway::Settings settings;
    settings.dataFolder = dataFolder;
    settings.version = QStringLiteral(CARPORT_VERSION);
    settings.mqtt = {{"127.0.0.1", 0}, false};
    settings.http = {{"127.0.0.1", 0}, false};
    return settings;
  }

  explicit PortalWindow(EmbeddedGateway::Settings settings)
      : preferences(m_own.filePath("preferences.ini")), gateway(std::move(settings)) {
    // Once, however many windows a test opens.
    if (!qApp->findChild<QTranslator*>()) ui::installTexts(*qApp);
    ui::applyTheme(*qApp, ui::Theme::of(ui::ThemeKind::light));
    window = std::make_unique<ui::MainWindow>(portal, preferences, &gateway);
    window->resize(1280, 720);
    window->show();
    window->activateWindow();
    gateway.start();
  }
  ~PortalWindow() {
    portal.client.disconnectFromGateway();
    window.reset();
  }

  bool waitForConnection() {
    return QTest::qWaitFor([this] { return portal.client.isConnected(); }, kPatienceMs) &&
           QTest::qWaitForWindowActive(window.get());
  }

  ui::Drawer& drawer() { return *window->findChild<ui::Drawer*>(); }
  /// What the window itself says above the page.
  QString notice() {
    auto* notice = window->centralWidget()->findChild<ui::Notice*>(QString(), Qt::FindDirectChildrenOnly);
    return notice->isVisible() ? notice->text() : QString();
  }
  void keys(int key, Qt::KeyboardModifiers modifiers = Qt::ControlModifier) {
    QWidget* focused = QApplication::focusWidget();
    QTest::keyClick(focused ? focused : window.get(), static_cast<Qt::Key>(key), modifiers);
  }
  void picture(const QString& name) {
    const QString folder = qEnvironmentVariable("CARPORT_PICTURES");
    if (folder.isEmpty()) return;
    QTest::qWait(300);
    window->grab().save(QDir(folder).filePath(name + ".png"));
  }

 private:
  QTemporaryDir m_own;

 public:
  ui::Preferences preferences;
  EmbeddedGateway gateway;
  ui::Portal portal;
  std::unique_ptr<ui::MainWindow> window;
};

/// The visible widget of that kind which a person knows by this name: its accessible name, or the word on it.
template <class W>
W* named(QWidget& root, const QString& name) {
  for (W* widget : root.findChildren<W*>()) {
    if (!widget->isVisible()) continue;
    if (widget->accessibleName() == name) return widget;
    if (const auto* button = qobject_cast<QAbstractButton*>(widget); button && button->text() == name) return widget;
    if (const auto* label = qobject_cast<QLabel*>(widget); label && label->text() == name) return widget;
  }
  return nullptr;
}

/// Presses the button with that word; false where there is none.
inline bool press(QWidget& root, const QString& name) {
  auto* button = named<QAbstractButton>(root, name);
  if (!button || !button->isEnabled()) return false;
  QTest::mouseClick(button, Qt::LeftButton);
  return true;
}

/// The question that comes next gets this button pressed.
inline void answerDialogWith(const QString& button) {
  QTimer::singleShot(200, qApp, [button] {
    auto* dialog = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
    QVERIFY(dialog);
    for (auto* choice : dialog->buttons())
      if (choice->text().remove('&') == button) return QTest::mouseClick(choice, Qt::LeftButton);
    dialog->reject();
    QFAIL("The dialog has no such button");
  });
}

/// Writes into the field with that name, in place of what was there; false where there is none.
inline bool write(QWidget& root, const QString& name, const QString& text) {
  auto* field = named<QLineEdit>(root, name);
  if (!field) {
    auto* combo = named<QComboBox>(root, name);
    field = combo ? combo->lineEdit() : nullptr;
  }
  if (!field || !field->isEnabled()) return false;
  field->setFocus();
  field->selectAll();
  QTest::keyClick(field, Qt::Key_Delete);
  QTest::keyClicks(field, text);
  // What it offers for completion is in the way of the next click.
  QWidget* offers = field->completer() ? field->completer()->popup() : nullptr;
  if (offers && offers->isVisible()) {
    QTest::keyClick(offers, Qt::Key_Escape);
    // Without a window manager nobody gives the window its activity back.
    root.window()->activateWindow();
    if (!QTest::qWaitForWindowActive(root.window(), kPatienceMs)) return false;
  }
  return true;
}

/// Chooses an entry with the arrow keys; false where there is no such entry.
inline bool choose(QComboBox& box, const QString& text) {
  box.setFocus();
  QTest::keyClick(&box, Qt::Key_Home);
  for (int step = 0; step < box.count(); ++step) {
    if (box.currentText() == text) return true;
    QTest::keyClick(&box, Qt::Key_Down);
  }
  return box.currentText() == text;
}

inline bool isShown(QWidget& root, const QString& part) {
  for (const auto* label : root.findChildren<QLabel*>()) {
    if (label->isVisible() && label->text().contains(part)) return true;
  }
  return false;
}

/// The text of one cell of a table.
inline QString cell(const QTableView& table, int row, int column) {
  return table.model()->index(row, column).data().toString();
}

}  // namespace carport::test
