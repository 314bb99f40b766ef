#include "ui/shell/cursor_link.h"

#include "ui/client/gateway_client.h"
#include "ui/models/moment_track.h"
#include "ui/models/phrases.h"
#include "ui/widgets/car/car_page.h"
#include "ui/widgets/car/plot_panel.h"
#include "ui/widgets/charts/time_chart.h"
#include "ui/widgets/map/moment_mark.h"

#include <cmath>

namespace carport::ui {

CursorLink::CursorLink(CarPage& page, MomentMark& mark, const GatewayClient& client)
    : QObject(&page), m_page(page), m_mark(&mark), m_client(client) {
  connect(&page.plots(), &PlotPanel::cursorMoved, this, [this](TimePoint time) { setCursor(time); });
  connect(&page.plots(), &PlotPanel::cursorLeft, this, [this] { setCursor(std::nullopt); });
  // Places may come after the cursor.
  connect(&page.track(), &MomentTrack::changed, this, [this] {
    if (m_cursor) refresh();
  });
}

CursorLink::~CursorLink() {
  if (m_mark) m_mark->clear();
}

void CursorLink::setCursor(std::optional<TimePoint> time) {
  m_cursor = time;
  refresh();
}

void CursorLink::refresh() {
  if (!m_mark) return;
  const auto place = m_cursor ? m_page.track().at(*m_cursor) : std::nullopt;
  if (!place) return m_mark->clear();
  QString words = phrases::moment(*m_cursor, m_client.now());
  if (!std::isnan(place->speedKmh)) words += QStringLiteral("  ") + phrases::speed(double(place->speedKmh));
  m_mark->show(place->world, words);
}

}  // namespace carport::ui
