#include "ui/widgets/map/car_colours.h"

#include "ui/models/phrases.h"
#include "ui/widgets/map/colour_panel.h"
#include "ui/widgets/map/map_feed.h"
#include "ui/widgets/map/map_legend.h"
#include "ui/widgets/map/map_view.h"
#include "ui/widgets/style/metrics.h"


#include <algorithm>

namespace carport::ui {
namespace {

constexpr int kColoursEveryMs = 1'000;
/// A range is kept until the values fill less than this part of it, or go beyond it.
constexpr double kFilledEnough = 0.55;

QString legendTitle(const QString& metric) {
  const std::string name = metric.toStdString();
  const QString unit = phrases::metricUnit(name);
  return unit.isEmpty() ? phrases::metricName(name) : CarColours::tr("%1, %2").arg(phrases::metricName(name), unit);
}

bool stillFits(const ColourScale& now, const ColourScale& wanted) {
  return wanted.low >= now.low && wanted.high <= now.high &&
         wanted.high - wanted.low >= kFilledEnough * (now.high - now.low);
}

}  // namespace

CarColours::CarColours(CarStore& store, MapFeed& feed, MapView& view, QWidget& page)
    : QObject(&page),
      m_store(store),
      m_view(view),
      m_metrics(store),
      m_panel(new ColourPanel(&page)),
      m_carLegend(new MapLegend(&page)),
      m_trailLegend(new MapLegend(&page)) {
  m_trailLegend->setObjectName(QStringLiteral("trailLegend"));
  feed.setValues(&m_metrics);
  m_timer.setInterval(kColoursEveryMs);
  connect(&m_timer, &QTimer::timeout, this, &CarColours::update);
  connect(&m_view, &MapView::selectionChanged, this, &CarColours::updateLegends);
  connect(&m_view, &MapView::trailChanged, this, &CarColours::updateLegends);
  connect(&m_store, &CarStore::liveChanged, this, &CarColours::apply);
  connect(&m_metrics, &MetricFeed::namesChanged, this, [this] { m_panel->setMetrics(m_metrics.names()); });
  connect(m_panel, &ColourPanel::colouringWanted, this, [this](const MapColouring& wanted) {
    setColouring(wanted);
    emit colouringChanged(m_colouring);
  });
  m_panel->setMetrics(m_metrics.names());
}

void CarColours::setColouring(const MapColouring& colouring) {
  if (colouring == m_colouring) return;
  m_colouring = colouring;
  apply();
  m_panel->setColouring(colouring);
  m_panel->setMetrics(m_metrics.names());
}

void CarColours::apply() {
  const QString speed = QString::fromLatin1(api::metric::kSpeed);
  const bool isKnown = m_store.isLive() || m_colouring.byState() || m_colouring.metric == speed;
  m_shown = isKnown ? m_colouring : MapColouring{speed, {}};
  m_scaleIsOld = true;
  m_metrics.setMetric(m_shown.metric);
  m_view.setMetric(m_shown.metric);
  setActive(m_view.isVisible());
  update();
}

void CarColours::setActive(bool active) {
  m_metrics.setActive(active);
  active && !m_shown.byState() ? m_timer.start() : m_timer.stop();
}

void CarColours::update() {
  updateScale();
  updateLegends();
}

void CarColours::updateScale() {
  if (m_shown.byState()) {
    m_view.setScale(std::nullopt);
    return;
  }
  if (m_shown.fixed) {
    m_scale = *m_shown.fixed;
  } else {
    std::vector<float> values;
    values.reserve(m_store.size());
    for (CarStore::Row row = 0; row < m_store.size(); ++row) values.push_back(m_metrics.value(row));
    const ColourScale wanted = automaticScale(values);
    // A range that is new with every car would let all colours flicker.
    if (m_scaleIsOld || !stillFits(m_scale, wanted)) m_scale = wanted;
  }
  m_scaleIsOld = m_metrics.known() == 0;
  // The card's range is that of what was asked for.
  if (!isReplaced()) m_panel->setScale(m_scale);
  m_view.setScale(m_scale);
}

void CarColours::updateLegends() {
  if (m_shown.byState()) {
    m_carLegend->hide();
  } else {
    m_carLegend->showScale(legendTitle(m_shown.metric), m_scale, legendNote());
  }
  const bool hasTrail = m_view.selected() && m_view.trail().points().size() > 1;
  if (hasTrail) {
    m_trailLegend->showScale(tr("Speed along the trail, km/h"), kTrailScale, {});
  } else {
    m_trailLegend->hide();
  }
  emit legendChanged();
}

QString CarColours::legendNote() const {
  if (isReplaced()) {
    return tr("Speed: “%1” is shown in the present alone").arg(phrases::metricName(m_colouring.metric.toStdString()));
  }
  const std::size_t known = m_metrics.known();
  if (known == m_store.size()) return {};
  return tr("Hollow: not known. Known of %L1 of %Ln cars", nullptr, int(m_store.size())).arg(qulonglong(known));
}

int CarColours::width() const {
  int widest = 0;
  for (const MapLegend* legend : {m_carLegend, m_trailLegend}) {
    if (!legend->isHidden()) widest = std::max(widest, legend->sizeHint().width());
  }
  return widest;
}

void CarColours::arrange(QPoint corner) {
  for (MapLegend* legend : {m_carLegend, m_trailLegend}) {
    if (legend->isHidden()) continue;
    legend->resize(legend->sizeHint());
    legend->move(corner - QPoint(0, legend->height()));
    corner.ry() -= legend->height() + space::kInside;
  }
}

}  // namespace carport::ui
