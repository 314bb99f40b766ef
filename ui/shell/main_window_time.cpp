// The main window's time: the menu, and what follows the moment that is shown beside the store.
#include "ui/shell/main_window.h"
#include "ui/shell/portal.h"
#include "ui/widgets/car/car_page.h"
#include "ui/widgets/car/plot_panel.h"
#include "ui/widgets/charts/time_chart.h"
#include "ui/widgets/time/time_bar.h"
#include "ui/widgets/time/time_track.h"

#include <QMenuBar>

namespace carport::ui {

namespace {
/// From press to press; the slider's own arrow keys go by what is in sight.
constexpr Milliseconds kMenuStep{10'000};
}  // namespace

void MainWindow::setUpTimeMenu() {
  QMenu& menu = *menuBar()->addMenu(tr("&Time"));
  addAction(menu, tr("&Play or pause"), QKeySequence(Qt::CTRL | Qt::Key_Space), [this] { m_time.togglePlaying(); });
  addAction(menu, tr("&Faster"), QKeySequence(Qt::CTRL | Qt::Key_Up), [this] { m_time.changeSpeed(1); });
  addAction(menu, tr("&Slower"), QKeySequence(Qt::CTRL | Qt::Key_Down), [this] { m_time.changeSpeed(-1); });
  menu.addSeparator();
  addAction(menu, tr("Ten seconds &back"), QKeySequence(Qt::ALT | Qt::Key_Left), [this] { m_time.step(-kMenuStep); });
  addAction(menu, tr("Ten seconds f&orward"), QKeySequence(Qt::ALT | Qt::Key_Right),
            [this] { m_time.step(kMenuStep); });
  addAction(menu, tr("P&revious event"), QKeySequence(Qt::ALT | Qt::SHIFT | Qt::Key_Left),
            [this] { m_time.toPreviousEvent(); });
  addAction(menu, tr("&Next event"), QKeySequence(Qt::ALT | Qt::SHIFT | Qt::Key_Right),
            [this] { m_time.toNextEvent(); });
  menu.addSeparator();
  addAction(menu, tr("&Go to a moment…"), QKeySequence(Qt::CTRL | Qt::Key_G), [this] { m_timeBar->openJump(); });
  addAction(menu, tr("The time s&lider"), QKeySequence(Qt::CTRL | Qt::Key_T),
            [this] { m_timeBar->track().setFocus(Qt::ShortcutFocusReason); });
  addAction(menu, tr("Back to li&ve"), QKeySequence(Qt::CTRL | Qt::Key_L), [this] { m_time.goLive(); });
}

void MainWindow::setUpTime() {
  connect(&m_time, &TimeMachine::momentChanged, this, &MainWindow::showMomentInPlots);
  connect(&m_portal.store, &CarStore::momentSettled, this, [this] {
    showMomentInPlots();
    // Where the car had been by then.
    const auto row = m_portal.store.rowOf(m_selected);
    if (row) m_trail.load(m_portal.store.id(*row), m_selected, m_portal.store.now());
  });
}

void MainWindow::showMomentInPlots() {
  const auto moment = m_time.isLive() ? std::optional<TimePoint>() : m_time.moment();
  for (CarPage* page : findChildren<CarPage*>()) {
    // Each brings itself there; those that nobody sees when they are shown.
    if (page->isVisible() || !moment) page->plots().chart().setMoment(moment);
  }
}

}  // namespace carport::ui
