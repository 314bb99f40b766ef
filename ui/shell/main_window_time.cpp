// The main window's time: the menu, and what follows the moment that is shown beside the store.
#include "ui/shell/action_registry.h"
#include "ui/shell/cursor_link.h"
#include "ui/shell/main_window.h"
#include "ui/shell/portal.h"
#include "ui/widgets/car/car_page.h"
#include "ui/widgets/car/plot_panel.h"
#include "ui/widgets/charts/time_chart.h"
#include "ui/widgets/map/heat_controls.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/time/time_bar.h"
#include "ui/widgets/time/time_track.h"

#include <QMenuBar>

#include <functional>

namespace carport::ui {

namespace {
/// From press to press; the slider's own arrow keys go by what is in sight.
constexpr Milliseconds kMenuStep{10'000};
}  // namespace

void MainWindow::setUpTimeMenu() {
  QMenu& menu = *menuBar()->addMenu(tr("&Time"));
  const auto add = [&](const char* id, const char* icon, const QString& text, const QKeySequence& keys,
                       const std::function<void()>& run) {
    return m_actions->add(menu, {id, icon, text, keys, {}, tr("time machine past")}, run);
  };
  add("play", "play", tr("&Play or pause"), QKeySequence(Qt::CTRL | Qt::Key_Space), [this] { m_time.togglePlaying(); });
  add("faster", "up", tr("&Faster"), QKeySequence(Qt::CTRL | Qt::Key_Up), [this] { m_time.changeSpeed(1); });
  add("slower", "down", tr("&Slower"), QKeySequence(Qt::CTRL | Qt::Key_Down), [this] { m_time.changeSpeed(-1); });
  menu.addSeparator();
  add("step-back", "back", tr("Ten seconds &back"), QKeySequence(Qt::ALT | Qt::Key_Left),
      [this] { m_time.step(-kMenuStep); });
  add("step-forward", "forward", tr("Ten seconds f&orward"), QKeySequence(Qt::ALT | Qt::Key_Right),
      [this] { m_time.step(kMenuStep); });
  add("previous-event", "event-previous", tr("P&revious event"), QKeySequence(Qt::ALT | Qt::SHIFT | Qt::Key_Left),
      [this] { m_time.toPreviousEvent(); });
  add("next-event", "event-next", tr("&Next event"), QKeySequence(Qt::ALT | Qt::SHIFT | Qt::Key_Right),
      [this] { m_time.toNextEvent(); });
  menu.addSeparator();
  add("go-to-moment", "clock", tr("&Go to a moment…"), QKeySequence(Qt::CTRL | Qt::Key_G),
      [this] { m_timeBar->openJump(); });
  add("time-slider", "history", tr("The time s&lider"), QKeySequence(Qt::CTRL | Qt::Key_T),
      [this] { m_timeBar->track().setFocus(Qt::ShortcutFocusReason); });
  add("live", "play", tr("Back to li&ve"), QKeySequence(Qt::CTRL | Qt::Key_L), [this] { m_time.goLive(); });
}

void MainWindow::setUpTime() {
  const auto tellSlider = [this] { m_map->heat()->setSlider(m_timeBar->track().view()); };
  connect(&m_timeBar->track(), &TimeTrack::viewChanged, m_map, tellSlider);
  tellSlider();
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

void MainWindow::followCursor(CarPage& page) {
  new CursorLink(page, *m_cursorMark, m_portal.client);
  connect(&page, &CarPage::momentOnMapRequested, this, [this](PrincipalNumber car, TimePoint moment) {
    m_time.goTo(moment);
    showPage(Page::map);
    m_map->showCar(car);
  });
}

}  // namespace carport::ui
