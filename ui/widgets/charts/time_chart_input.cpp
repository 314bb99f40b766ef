#include "ui/models/phrases.h"
#include "ui/models/plot_series_model.h"
#include "ui/widgets/charts/chart_legend.h"
#include "ui/widgets/charts/note_editor.h"
#include "ui/widgets/charts/period_bar.h"
#include "ui/widgets/charts/plot_view.h"
#include "ui/widgets/charts/time_chart.h"
#include "ui/widgets/style/icons.h"

#include <QMenu>

#include <algorithm>
#include <iterator>

namespace carport::ui {

namespace {

QString valueWithUnit(const ChartSeries& series, const QString& figure) {
  return series.unit.isEmpty() ? figure : QStringLiteral("%1 %2").arg(figure, series.unit);
}

/// The newest value that was known at `time`.
QString knownAt(const ChartSeries& series, TimePoint time) {
  const auto after = std::upper_bound(series.points.begin(), series.points.end(), time,
                                      [](TimePoint at, const api::HistoryPoint& point) { return at < point.time; });
  if (after == series.points.begin()) return {};
  return valueWithUnit(series, phrases::figure(std::prev(after)->last));
}

/// The value under the crosshair with what it puts together; without one that of the moment that is shown, `now`.
QString legendValue(const ChartSeries& series, std::optional<TimePoint> crosshair, TimePoint now) {
  if (series.points.empty()) return {};
  if (!crosshair) return knownAt(series, now);
  const auto point = nearestPoint(series.points, *crosshair);
  const QString mean = phrases::figure(point->mean);
  const QString min = phrases::figure(point->min);
  const QString max = phrases::figure(point->max);
  return valueWithUnit(series, min == max ? mean : TimeChart::tr("%1 (%2 to %3)").arg(mean, min, max));
}

}  // namespace

void TimeChart::connectPeriods() {
  connect(m_periods, &PeriodBar::lengthChosen, this, &TimeChart::showLive);
  connect(m_periods, &PeriodBar::rangeChosen, this, &TimeChart::showRange);
  connect(m_periods, &PeriodBar::everythingChosen, this, [this] {
    apply();
    emit everythingRequested();
  });
  connect(m_periods, &PeriodBar::comparisonChosen, this, &TimeChart::comparisonChosen);
  connect(m_periods, &PeriodBar::liveChosen, this, [this] { showLive(m_navigator.length()); });
}

void TimeChart::connectView(PlotView& view) {
  connect(&view, &PlotView::panned, this, [this](double share) {
    m_navigator.pan(share, m_now());
    applySoon();
  });
  connect(&view, &PlotView::zoomed, this, [this](double factor, double anchor) {
    m_navigator.zoom(factor, anchor, m_now());
    applySoon();
  });
  connect(&view, &PlotView::resetRequested, this, [this] { showLive(m_presetLength); });
  connect(&view, &PlotView::endRequested, this, [this] { showLive(m_navigator.length()); });
  connect(&view, &PlotView::compareRequested, m_periods, &PeriodBar::openComparison);
  connect(&view, &PlotView::startRequested, this, &TimeChart::everythingRequested);
  connect(&view, &PlotView::plotResized, this, [this] {
    placeOverlays();
    applySoon();
  });
  connect(&view, &PlotView::crosshairMoved, this, [this](std::optional<TimePoint> time) {
    setCrosshair(time);
    if (time) return emit cursorMoved(*time);
    emit cursorLeft();
  });
  connect(&view, &PlotView::menuRequested, this, &TimeChart::openMenu);
  connect(&view, &PlotView::noteRequested, this, [this, plot = &view](TimePoint time) {
    const QPointF at(plot->geometryOfPlot().xOf(time), plot->plotArea().center().y());
    writeNote({time, time}, plot->mapToGlobal(at.toPoint()));
  });
  connect(&view, &PlotView::noteActivated, this, [this](const QString& id, const QPoint& position) {
    const PlotNote* note = m_notes ? m_notes->find(id) : nullptr;
    if (note != nullptr) (new NoteEditor(*m_notes, *note, this))->showAt(position);
  });
}

void TimeChart::connectLegend(std::size_t index) {
  ChartLegend* legend = m_rows[index].legend;
  connect(legend, &ChartLegend::seriesToggled, this,
          [this, index](std::size_t series) { emit seriesToggled(index, series); });
  connect(legend, &ChartLegend::colourChosen, this,
          [this, index](std::size_t series, std::size_t colour) { emit colourChosen(index, series, colour); });
  connect(legend, &ChartLegend::removeRequested, this,
          [this, index](std::size_t series) { emit seriesRemoveRequested(index, series); });
  connect(legend, &ChartLegend::addRequested, this,
          [this, index, legend] { emit addRequested(index, legend->addButtonCorner()); });
  connect(legend, &ChartLegend::removePlotRequested, this, [this, index] { emit plotRemoveRequested(index); });
}

void TimeChart::setCrosshair(std::optional<TimePoint> time) {
  m_crosshair = time;
  for (const Row& row : m_rows) row.view->setCrosshair(time);
  updateLegends();
}

void TimeChart::updateLegends() {
  const TimePoint shown = range().to;
  for (const Row& row : m_rows) {
    std::vector<ChartLegend::Entry> entries;
    for (std::size_t i = 0; i < row.series.size(); ++i) {
      const ChartSeries& series = row.series[i];
      // Of an earlier period what was known at the same hour.
      const bool isEarlier = series.earlierOf.has_value();
      const TimePoint newest = isEarlier               ? std::min(shown, m_now())
                               : series.points.empty() ? shown
                                                       : series.points.back().time;
      entries.push_back({series.name, legendValue(series, m_crosshair, m_moment.value_or(newest)),
                         series.colour.value_or(i), series.isHidden, isEarlier});
    }
    row.legend->setVisible(!entries.empty() || m_isEditable);
    row.legend->setEntries(entries);
  }
}

void TimeChart::setNotes(PlotNotes* notes, const QString& carId) {
  if (notes == m_notes && carId == m_carId) return;
  if (m_notes) disconnect(m_notes, nullptr, this, nullptr);
  m_notes = notes;
  m_carId = carId;
  if (m_notes) connect(m_notes, &PlotNotes::changed, this, &TimeChart::updateNotes);
  updateNotes();
}

void TimeChart::updateNotes() {
  const std::vector<PlotNote> shown = hasNotes() ? m_notes->of(m_carId, range()) : std::vector<PlotNote>();
  for (const Row& row : m_rows) row.view->setNotes(shown);
}

void TimeChart::writeNote(const TimeRange& stretch, const QPoint& globalPosition) {
  if (!hasNotes()) return;
  (new NoteEditor(*m_notes, {{}, m_carId, stretch.from, stretch.to, {}}, this))->showAt(globalPosition);
}

void TimeChart::openMenu(const TimeRange& stretch, const QPoint& globalPosition) {
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  const auto add = [menu, this](const char* icon, const QString& text, const std::function<void()>& run) {
    QAction* action = menu->addAction(themedIcon(QLatin1String(icon)), text);
    connect(action, &QAction::triggered, this, run);
    return action;
  };
  const bool isMoment = stretch.isEmpty();
  if (!isMoment) add("fit", tr("Zoom to this stretch"), [this, stretch] { showRange(stretch); });
  const QString write = isMoment ? tr("Write a note here…") : tr("Write a note on this stretch…");
  add("edit", write, [this, stretch, globalPosition] { writeNote(stretch, globalPosition); })->setEnabled(hasNotes());
  if (isMoment && m_leadsToMap) {
    add("map", tr("Show this moment on the map"), [this, stretch] { emit mapRequested(stretch.from); });
  }
  if (isMoment) add("play", tr("Show the present"), [this] { showLive(m_navigator.length()); });
  if (!isMoment) {
    // It stays to be seen while the menu asks what to do with it.
    for (const Row& row : m_rows) row.view->setMarkedRange(stretch);
    connect(menu, &QMenu::aboutToHide, this, [this] { setMarkedRange(m_markedRange); });
  }
  menu->popup(globalPosition);
}

}  // namespace carport::ui
