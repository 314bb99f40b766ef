#include "ui/widgets/car/where_panel.h"

#include "ui/models/moment_track.h"
#include "ui/models/phrases.h"
#include "ui/widgets/map/moment_mark.h"
#include "ui/widgets/style/metrics.h"

#include <QLabel>
#include <QVBoxLayout>
#include <QWheelEvent>

#include <algorithm>
#include <vector>

namespace carport::ui {

namespace {
constexpr int kWhereHeight = 240;
constexpr double kWhereMarginPx = 32;
constexpr double kWhereMaxZoom = 16;
}  // namespace

WherePanel::WherePanel(MomentTrack& track, QWidget* parent)
    : QWidget(parent),
      m_track(track),
      m_view(new MapView(this)),
      m_mark(new MomentMark(this)),
      m_source(new QLabel(this)),
      m_empty(new QLabel(this)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  growWithText(*m_view, [this] { m_view->setFixedHeight(scaled(kWhereHeight)); });
  m_view->setAccessibleName(tr("Where the car was in the period of the plots"));
  m_view->overlays().add(*m_mark);
  m_view->installEventFilter(this);
  m_empty->setProperty("kind", "muted");
  m_empty->setWordWrap(true);
  m_source->setProperty("kind", "small");
  m_source->setWordWrap(true);
  column->setSpacing(space::kTight);
  column->addWidget(m_view);
  column->addWidget(m_source);
  column->addWidget(m_empty);
  connect(&m_track, &MomentTrack::changed, this, &WherePanel::refresh);
  connect(m_view, &MapView::streetMapsChanged, this, &WherePanel::refreshSource);
  refresh();
  refreshSource();
}

void WherePanel::setPeriod(const TimeRange& period) {
  m_period = period;
  if (!isVisible()) return;
  m_track.setPeriod(period);
  refresh();
}

void WherePanel::setCursor(std::optional<TimePoint> time) {
  m_cursor = time;
  refreshMark();
}

void WherePanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  m_shown = {};
  setPeriod(m_period);
}

void WherePanel::refresh() {
  const auto& all = m_track.points();
  const auto before = [](const TrailPoint& point, TimePoint time) { return point.time < time; };
  const auto first = std::lower_bound(all.begin(), all.end(), m_period.from, before);
  const auto last = std::lower_bound(first, all.end(), m_period.to, before);
  std::vector<TrailPoint> way(first, last);
  m_view->setVisible(!way.empty());
  m_source->setVisible(!way.empty());
  m_empty->setVisible(way.empty());
  m_empty->setText(m_track.isLoading() ? tr("Loading…") : tr("No place is known in this period."));
  m_mark->setTrail(std::move(way));
  fit();
  refreshMark();
}

void WherePanel::refreshSource() {
  m_source->setText(m_view->namesOpenStreetMap() ? tr("Map: © OpenStreetMap contributors, Natural Earth")
                                                 : tr("Map: Natural Earth"));
}

void WherePanel::fit() {
  std::vector<WorldPoint> places;
  for (const TrailPoint& point : m_mark->trail()) places.push_back(point.world);
  if (places.empty()) return;
  const MapViewport wanted = m_view->viewport().fitted(places, kWhereMarginPx, kWhereMaxZoom);
  // While the way grows at its end, the map stays until the way leaves it: what moves all the time cannot be read.
  const QRectF seen = m_view->viewport().worldRect();
  const bool isSeen = std::all_of(places.begin(), places.end(), [&](const WorldPoint& place) {
    return seen.contains(QPointF(nearestCopy(place.x(), seen.center().x()), place.y()));
  });
  const QRectF now = wanted.worldRect();
  const bool isMuchOther = m_shown.isEmpty() || now.width() < m_shown.width() / 2;
  if (isSeen && !isMuchOther) return;
  m_shown = now;
  m_view->setViewport(wanted);
}

void WherePanel::refreshMark() {
  const auto& way = m_mark->trail();
  if (way.empty()) return m_mark->clear();
  const auto place = m_cursor ? m_track.at(*m_cursor) : std::optional(way.back());
  if (!place) return m_mark->clear();
  QString words = phrases::moment(place->time, m_period.to);
  if (place->speedKmh == place->speedKmh) words += QStringLiteral("  ") + phrases::speed(double(place->speedKmh));
  m_mark->show(place->world, m_cursor ? words : QString());
}

bool WherePanel::eventFilter(QObject* watched, QEvent* event) {
  // The wheel moves the page; with Ctrl it zooms.
  if (watched == m_view && event->type() == QEvent::Wheel &&
      !static_cast<QWheelEvent*>(event)->modifiers().testFlag(Qt::ControlModifier)) {
    event->ignore();
    return true;
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace carport::ui
