#include "ui/widgets/charts/time_chart.h"

#include "ui/widgets/charts/chart_legend.h"
#include "ui/widgets/charts/period_bar.h"
#include "ui/widgets/charts/plot_view.h"
#include "ui/widgets/style/metrics.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace carport::ui {

namespace {

using namespace std::chrono_literals;

/// A live plot moves on about once a pixel, at least once a second and at most ten times.
int tickMs(Milliseconds length, int pixels) {
  return int(std::clamp<std::int64_t>(length.count() / std::max(1, pixels), 100, 1000));
}

}  // namespace

TimeChart::TimeChart(QWidget* parent) : QWidget(parent), m_now([] { return SystemClock().now(); }), m_presetLength(1h) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space::kInside);
  m_periods = new PeriodBar(this);
  m_plots = new QVBoxLayout;
  m_plots->setSpacing(space::kTight);
  column->addWidget(m_periods);
  column->addLayout(m_plots, 1);

  m_overlay = new QWidget(this);
  // It hides the grid, which would run through the words.
  m_overlay->setAutoFillBackground(true);
  m_overlay->setBackgroundRole(QPalette::Base);
  auto* centre = new QVBoxLayout(m_overlay);
  m_message = new QLabel(m_overlay);
  m_message->setProperty("kind", "muted");
  m_message->setTextFormat(Qt::PlainText);
  m_message->setWordWrap(true);
  m_message->setAlignment(Qt::AlignCenter);
  m_action = new QPushButton(m_overlay);
  centre->addStretch(1);
  centre->addWidget(m_message);
  centre->addWidget(m_action, 0, Qt::AlignHCenter);
  centre->addStretch(1);
  m_overlay->hide();
  m_loading = new QFrame(this);
  m_loading->setAutoFillBackground(true);
  m_loading->setBackgroundRole(QPalette::Highlight);
  m_loading->hide();
  connect(m_action, &QPushButton::clicked, this, &TimeChart::messageAction);
  connect(&m_tick, &QTimer::timeout, this, [this] {
    if (m_navigator.isLive()) apply();
  });
  m_soon.setSingleShot(true);
  connect(&m_soon, &QTimer::timeout, this, &TimeChart::apply);
  connectPeriods();
  addRow();
}

void TimeChart::setNow(std::function<TimePoint()> now) {
  m_now = std::move(now);
  apply();
}

int TimeChart::plotWidth() const {
  return m_rows.front().view->plotWidth();
}

void TimeChart::addRow() {
  Row row{new ChartLegend(this), new PlotView(this), {}};
  m_plots->addWidget(row.legend);
  m_plots->addWidget(row.view, 1);
  row.view->setCompact(m_isCompact);
  row.view->setRange(range());
  row.view->setMoment(m_moment);
  row.view->setMarkedRange(m_markedRange);
  row.view->setCrosshair(m_crosshair);
  connectView(*row.view);
  m_rows.push_back(std::move(row));
  connectLegend(m_rows.size() - 1);
  m_overlay->raise();
  m_loading->raise();
}

void TimeChart::removeLastRow() {
  // Its own button may have asked for it.
  for (QWidget* part : {static_cast<QWidget*>(m_rows.back().legend), static_cast<QWidget*>(m_rows.back().view)}) {
    m_plots->removeWidget(part);
    part->hide();
    part->deleteLater();
  }
  m_rows.pop_back();
}

void TimeChart::setPlots(std::vector<Plot> plots) {
  if (plots.empty()) plots.emplace_back();
  const bool sameCount = plots.size() == m_rows.size();
  while (m_rows.size() > plots.size()) removeLastRow();
  while (m_rows.size() < plots.size()) addRow();
  for (std::size_t i = 0; i < plots.size(); ++i) {
    m_rows[i].series = plots[i];
    m_rows[i].view->setSeries(std::move(plots[i]));
  }
  if (!sameCount) {
    setEditable(m_isEditable);
    updateNotes();
  }
  alignPlots();
  updateOverlay();
  updateLegends();
}

void TimeChart::alignPlots() {
  int left = 1;
  int right = 0;
  for (const Row& row : m_rows) {
    left = std::max(left, row.view->leftScales());
    right = std::max(right, row.view->rightScales());
  }
  for (const Row& row : m_rows) row.view->setFrame(left, right, &row == &m_rows.back());
}

void TimeChart::setEditable(bool editable) {
  m_isEditable = editable;
  for (const Row& row : m_rows) row.legend->setEditable(editable, m_rows.size() > 1);
  updateLegends();
}

bool TimeChart::hasPoints() const {
  // A series brings its neighbours on either side of the view: one of them alone draws nothing in it, both draw a line.
  const TimeRange shown = range();
  return std::any_of(m_rows.begin(), m_rows.end(), [&shown](const Row& row) {
    return std::any_of(row.series.begin(), row.series.end(), [&shown](const ChartSeries& series) {
      return !series.points.empty() && series.points.front().time < shown.to && series.points.back().time >= shown.from;
    });
  });
}

void TimeChart::updateOverlay() {
  m_overlay->setVisible(!hasPoints() && !m_message->text().isEmpty());
}

void TimeChart::setLoading(bool loading) {
  m_loading->setVisible(loading);
}

void TimeChart::setMessage(const Message& message) {
  m_message->setText(message.text);
  m_action->setText(message.action);
  m_action->setVisible(!message.action.isEmpty());
  updateOverlay();
}

void TimeChart::setCompact(bool compact) {
  m_isCompact = compact;
  for (const Row& row : m_rows) row.view->setCompact(compact);
  m_periods->setCompact(compact);
}

void TimeChart::setComparable(bool comparable) {
  m_periods->setComparable(comparable);
}

void TimeChart::setComparison(const PlotComparison& comparison) {
  m_periods->setComparison(comparison);
}

void TimeChart::setMoment(std::optional<TimePoint> moment) {
  const bool isNew = moment != m_moment;
  m_moment = moment;
  for (const Row& row : m_rows) row.view->setMoment(moment);
  if (isNew) updateLegends();
  if (moment && isNew && !range().contains(*moment)) {
    const Milliseconds length = m_navigator.length();
    const TimePoint to = *moment + length / 4;
    showRange({to - length, to});
    m_isBroughtToMoment = true;
  } else if (!moment && std::exchange(m_isBroughtToMoment, false)) {
    showLive(m_navigator.length());
  }
}

void TimeChart::setMarkedRange(std::optional<TimeRange> range) {
  m_markedRange = range;
  for (const Row& row : m_rows) row.view->setMarkedRange(range);
}

void TimeChart::showLive(Milliseconds length) {
  m_presetLength = length;
  m_navigator.showLive(length);
  apply();
}

void TimeChart::showRange(const TimeRange& range) {
  m_navigator.show(range);
  apply();
}

void TimeChart::applySoon() {
  if (!m_soon.isActive()) m_soon.start(0);
}

void TimeChart::apply() {
  m_soon.stop();
  const TimeRange shown = range();
  m_tick.setInterval(tickMs(shown.length(), plotWidth()));
  for (const Row& row : m_rows) row.view->setRange(shown);
  m_periods->setShown(shown, m_navigator.isLive());
  updateOverlay();
  updateNotes();
  emit viewChanged(shown, plotWidth());
}

void TimeChart::placeOverlays() {
  QRect area;
  for (const Row& row : m_rows) {
    area |= row.view->plotArea().toRect().translated(row.view->pos());
  }
  // The grid's last line stands on the edge.
  m_overlay->setGeometry(area.adjusted(0, 0, 2, 0));
  m_loading->setGeometry(area.left(), area.top() - 2, area.width(), 2);
}

void TimeChart::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  placeOverlays();
}

void TimeChart::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  apply();
  m_tick.start();
}

void TimeChart::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  m_tick.stop();
}

}  // namespace carport::ui
