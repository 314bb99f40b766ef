// How the window was left, and how it begins: the same.
#include "ui/shell/main_window.h"
#include "ui/shell/portal.h"
#include "ui/shell/preferences.h"
#include "ui/widgets/car/car_page.h"
#include "ui/widgets/car/plot_panel.h"
#include "ui/widgets/common/drawer.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/time/time_bar.h"
#include "ui/widgets/time/time_track.h"

#include <QStackedWidget>

namespace carport::ui {

void MainWindow::restoreLayout() {
  m_drawer->setWidth(m_layout.drawerWidth);
  // It always begins in the present.
  m_time.setSpeed(m_layout.timeSpeed);
  if (m_layout.timeLengthMs > 0) m_timeBar->track().showLive(Milliseconds(m_layout.timeLengthMs));
}

void MainWindow::showLastPlace() {
  if (m_layout.map) showPlace(m_layout.map->centre, m_layout.map->zoom);
  const auto address = PageAddress::parse(m_layout.page);
  if (!address) return;
  if (address->page != Page::car) return showPage(address->page);
  // The car may be gone since; nobody asked for it now.
  m_awaitedCar = address->carId;
  m_awaitsQuietly = true;
  openAwaitedCar();
}

void MainWindow::keepLayout() {
  PageAddress address{static_cast<Page>(m_pages->currentIndex()), {}};
  if (address.page == Page::car) {
    const auto row = m_portal.store.rowOf(carAtHand());
    address = row ? PageAddress{Page::car, m_portal.store.id(*row)} : PageAddress{};
  }
  m_layout.page = address.toText();
  // Without cars there was nothing to look at.
  const MapViewport& seen = m_map->view().viewport();
  if (m_portal.store.size() > 0) m_layout.map = {toGeo(seen.centre()), seen.zoom()};
  const TimeRange time = m_timeBar->track().view();
  m_layout.timeLengthMs = time.length().count();
  m_layout.timeSpeed = m_time.speed();
  m_layout.drawerWidth = m_drawer->chosenWidth();
  m_preferences.setLayout(m_layout.toText());
}

void MainWindow::keepPlots(CarPage& page) {
  PlotBoard& board = page.plots().board();
  board.setLayout(m_layout.plots);
  connect(&board, &PlotBoard::layoutChanged, this, [this, &board] {
    const PlotLayout layout = board.layout();
    // The next car's page that opens has them too; what was chosen nowhere takes nothing away.
    if (!layout.isEmpty()) m_layout.plots = layout;
  });
}

}  // namespace carport::ui
