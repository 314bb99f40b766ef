// The main window's menus.
#include "ui/shell/local_gateway.h"
#include "ui/shell/main_window.h"
#include "ui/shell/portal.h"
#include "ui/shell/preferences.h"
#include "ui/widgets/cars/cars_page.h"
#include "ui/widgets/commands/commands_page.h"
#include "ui/widgets/map/street_controls.h"
#include "ui/widgets/style/apply_theme.h"

#include <QActionGroup>
#include <QApplication>
#include <QMenuBar>
#include <QMessageBox>

#include <array>
#include <functional>
#include <utility>

namespace carport::ui {

namespace {
constexpr double kTextStep = 0.25;
}  // namespace

QAction* MainWindow::addAction(QMenu& menu, const QString& text, const QKeySequence& keys,
                               const std::function<void()>& run) {
  QAction* action = menu.addAction(text);
  action->setShortcut(keys);
  connect(action, &QAction::triggered, this, run);
  return action;
}

void MainWindow::setUpFileMenu() {
  QMenu& menu = *menuBar()->addMenu(tr("&File"));
  addAction(menu, tr("&Add car…"), QKeySequence(Qt::CTRL | Qt::Key_N), [this] { openAddCar(); });
  addAction(menu, tr("New &command…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_N), [this] {
    showPage(Page::commands);
    m_commands->compose();
  });
  addAction(menu, tr("Add street &map…"), {}, [this] { m_streets->chooseFile(); });
  menu.addSeparator();
  addAction(menu, tr("C&onnect…"), QKeySequence(Qt::CTRL | Qt::Key_O), [this] { openConnectForm(); });
  if (m_local) {
    addAction(menu, tr("Use the gateway on &this computer"), {}, [this] { attachToLocal(); });
    m_demonstration = addAction(menu, tr("Start a &demonstration fleet"), {}, [this] {
      m_local->isDemonstrating() ? m_local->setDemonstration(0) : startDemonstration();
    });
  }
  menu.addSeparator();
  addAction(menu, tr("&Quit"), QKeySequence::Quit, [this] { close(); });
}

void MainWindow::setUpViewMenu() {
  QMenu& menu = *menuBar()->addMenu(tr("&View"));
  const std::array pages{std::pair{Page::map, tr("&Map")}, std::pair{Page::cars, tr("&Cars")},
                         std::pair{Page::permissions, tr("&Permissions")}, std::pair{Page::commands, tr("C&ommands")},
                         std::pair{Page::gateway, tr("&Gateway")}};
  static_assert(std::tuple_size_v<decltype(pages)> == kRailPages);
  for (const auto& [page, name] : pages) {
    const auto key = static_cast<Qt::Key>(Qt::Key_1 + static_cast<int>(page));
    addAction(menu, name, QKeySequence(Qt::CTRL | key), [this, page = page] { showPage(page); });
  }
  menu.addSeparator();
  addAction(menu, tr("&Search"), QKeySequence(Qt::CTRL | Qt::Key_K), [this] { search(); });
  addAction(menu, tr("&Filter cars"), QKeySequence::Find, [this] {
    showPage(Page::cars);
    m_cars->focusFilter();
  });
  menu.addSeparator();
  auto* looks = new QActionGroup(this);
  const std::array choices{std::pair{Preferences::Look::system, tr("Look of the s&ystem")},
                           std::pair{Preferences::Look::light, tr("&Light")},
                           std::pair{Preferences::Look::dark, tr("&Dark")}};
  for (const auto& [look, name] : choices) {
    QAction* action = addAction(menu, name, {}, [this, look = look] {
      m_preferences.setLook(look);
      applyLook();
    });
    action->setCheckable(true);
    action->setChecked(m_preferences.look() == look);
    looks->addAction(action);
  }
  menu.addSeparator();
  const auto zoom = [this](double by) {
    m_preferences.setTextScale(by == 0 ? 1.0 : m_preferences.textScale() + by);
    applyLook();
  };
  addAction(menu, tr("L&arger text"), QKeySequence(Qt::CTRL | Qt::Key_Plus), [zoom] { zoom(kTextStep); });
  addAction(menu, tr("Smaller te&xt"), QKeySequence(Qt::CTRL | Qt::Key_Minus), [zoom] { zoom(-kTextStep); });
  addAction(menu, tr("&Usual text"), QKeySequence(Qt::CTRL | Qt::Key_0), [zoom] { zoom(0); });
}

void MainWindow::setUpHelpMenu() {
  QMenu& menu = *menuBar()->addMenu(tr("&Help"));
  addAction(menu, tr("&About Carport"), {}, [this] {
    QMessageBox::about(
        this, tr("About Carport"),
        tr("Carport %1\n\nSee where the cars are, what they do, and tell them what to do.\n\nFree software "
           "under the GNU General Public License, version 3 or later. Map: Natural Earth; streets: "
           "© OpenStreetMap contributors.")
            .arg(QCoreApplication::applicationVersion()));
  });
}

void MainWindow::applyLook() {
  applyTheme(*qApp, Theme::of(m_preferences.themeKind()), m_preferences.textScale());
}

}  // namespace carport::ui
