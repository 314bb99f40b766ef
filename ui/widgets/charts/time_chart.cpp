#include "ui/widgets/charts/time_chart.h"

#include "ui/models/phrases.h"
#include "ui/widgets/charts/chart_legend.h"
#include "ui/widgets/charts/period_bar.h"
#include "ui/widgets/charts/plot_view.h"
#include "ui/widgets/style/metrics.h"

#include <QChart>
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
  m_legend = new ChartLegend(this);
  m_plot = new PlotView(this);
  column->addWidget(m_periods);
  column->addWidget(m_legend);
  column->addWidget(m_plot, 1);

  m_overlay = new QWidget(m_plot);
  // It hides the grid, which would run through the words.
  m_overlay->setAutoFillBackground(true);
  m_overlay->setBackgroundRole(QPalette::Base);
  auto* centre = new QVBoxLayout(m_overlay);
  m_message = new QLabel(m_overlay);
  m_message->setProperty("kind", "muted");
  m_message->setWordWrap(true);
  m_message->setAlignment(Qt::AlignCenter);
  m_action = new QPushButton(m_overlay);
  centre->addStretch(1);
  centre->addWidget(m_message);
  centre->addWidget(m_action, 0, Qt::AlignHCenter);
  centre->addStretch(1);
  m_overlay->hide();
  m_loading = new QFrame(m_plot);
  m_loading->setAutoFillBackground(true);
  m_loading->setBackgroundRole(QPalette::Highlight);
  m_loading->hide();
  connectParts();
}

void TimeChart::connectParts() {
  connect(m_periods, &PeriodBar::lengthChosen, this, &TimeChart::showLive);
  connect(m_periods, &PeriodBar::rangeChosen, this, &TimeChart::showRange);
  connect(m_periods, &PeriodBar::everythingChosen, this, [this] {
    apply();
    emit everythingRequested();
  });
  connect(m_periods, &PeriodBar::liveChosen, this, [this] { showLive(m_navigator.length()); });
  connect(m_plot, &PlotView::panned, this, [this](double share) {
    m_navigator.pan(share, m_now());
    apply();
  });
  connect(m_plot, &PlotView::zoomed, this, [this](double factor, double anchor) {
    m_navigator.zoom(factor, anchor, m_now());
    apply();
  });
  connect(m_plot, &PlotView::resetRequested, this, [this] { showLive(m_presetLength); });
  connect(m_plot, &PlotView::plotResized, this, [this] {
    placeOverlays();
    apply();
  });
  connect(m_plot, &PlotView::crosshairChanged, this, [this] {
    updateLegend();
    if (const auto time = m_plot->crosshair()) return emit cursorMoved(*time);
    emit cursorLeft();
  });
  connect(m_action, &QPushButton::clicked, this, &TimeChart::messageAction);
  connect(&m_tick, &QTimer::timeout, this, [this] {
    if (m_navigator.isLive()) apply();
  });
}

void TimeChart::setNow(std::function<TimePoint()> now) {
  m_now = std::move(now);
  apply();
}

void TimeChart::setMoment(std::optional<TimePoint> moment) {
  m_plot->setMoment(moment);
}

void TimeChart::setMarkedRange(std::optional<TimeRange> range) {
  m_plot->setMarkedRange(range);
}

int TimeChart::plotWidth() const {
  return m_plot->plotWidth();
}

bool TimeChart::hasPoints() const {
  // A series brings its neighbours on either side of the view: one of them alone draws nothing in it, both draw a line.
  const TimeRange shown = range();
  return std::any_of(m_series.begin(), m_series.end(), [&shown](const ChartSeries& series) {
    return !series.points.empty() && series.points.front().time < shown.to && series.points.back().time >= shown.from;
  });
}

void TimeChart::updateOverlay() {
  m_overlay->setVisible(!hasPoints() && !m_message->text().isEmpty());
}

void TimeChart::setSeries(std::vector<ChartSeries> series) {
  m_series = std::move(series);
  m_plot->setSeries(m_series);
  updateOverlay();
  updateLegend();
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
  m_plot->setCompact(compact);
  m_periods->setCompact(compact);
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

void TimeChart::apply() {
  const TimeRange shown = range();
  m_tick.setInterval(tickMs(shown.length(), m_plot->plotWidth()));
  m_plot->setRange(shown);
  m_periods->setShown(shown, m_navigator.isLive());
  updateOverlay();
  emit viewChanged(shown, m_plot->plotWidth());
}

void TimeChart::updateLegend() {
  std::vector<ChartLegend::Entry> entries;
  for (std::size_t i = 0; i < m_series.size(); ++i) {
    const ChartSeries& series = m_series[i];
    const auto unit = [&](const QString& figure) {
      return series.unit.isEmpty() ? figure : QString("%1 %2").arg(figure, series.unit);
    };
    QString value;
    if (const auto point = m_plot->pointUnderCrosshair(i)) {
      const bool spread = phrases::figure(point->min) != phrases::figure(point->max);
      value =
          spread
              ? unit(tr("%1 (%2 to %3)")
                         .arg(phrases::figure(point->mean), phrases::figure(point->min), phrases::figure(point->max)))
              : unit(phrases::figure(point->mean));
    } else if (!series.points.empty()) {
      value = unit(phrases::figure(series.points.back().last));
    }
    entries.push_back({series.name, value});
  }
  m_legend->setVisible(!entries.empty());
  m_legend->setEntries(std::move(entries));
}

void TimeChart::placeOverlays() {
  const QRect area = m_plot->chart()->plotArea().toRect();
  m_overlay->setGeometry(area);
  m_loading->setGeometry(area.left(), 0, area.width(), 2);
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
