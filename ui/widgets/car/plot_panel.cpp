#include "ui/widgets/car/plot_panel.h"

#include "ui/models/phrases.h"
#include "ui/widgets/car/car_presenter.h"
#include "ui/widgets/car/metric_picker.h"
#include "ui/widgets/charts/time_chart.h"
#include "ui/widgets/style/metrics.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>

namespace carport::ui {

namespace {
constexpr int kHeight = 360;
constexpr int kCompactHeight = 260;
}  // namespace

PlotPanel::PlotPanel(CarPresenter& presenter, QWidget* parent) : QWidget(parent), m_presenter(presenter) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space::kInside);
  auto* row = new QHBoxLayout;
  auto* title = new QLabel(tr("Over time"), this);
  title->setProperty("kind", "title");
  m_picker = new MetricPicker(this);
  row->addWidget(title);
  row->addStretch(1);
  row->addWidget(m_picker);
  m_chart = new TimeChart(this);
  column->addLayout(row);
  column->addWidget(m_chart, 1);

  connect(&presenter.history(), &HistoryLoader::changed, this, &PlotPanel::refresh);
  connect(&presenter, &CarPresenter::metricNamesChanged, this, &PlotPanel::refreshMetrics);
  connect(&presenter, &CarPresenter::rangeFound, m_chart, &TimeChart::showRange);
  connect(m_picker, &MetricPicker::chosen, &presenter, &CarPresenter::plotMetrics);
  connect(m_chart, &TimeChart::everythingRequested, &presenter, &CarPresenter::findEverything);
  connect(m_chart, &TimeChart::messageAction, this, &PlotPanel::onMessageAction);
  connect(m_chart, &TimeChart::viewChanged, this, [this](const TimeRange& range, int width) {
    m_presenter.history().setView(range, std::size_t(std::max(1, width)));
    refresh();
  });
  setCompact(false);
  refreshMetrics();
}

void PlotPanel::setCompact(bool compact) {
  setMinimumHeight(compact ? kCompactHeight : kHeight);
  m_chart->setCompact(compact);
}

void PlotPanel::refreshMetrics() {
  m_picker->setMetrics(m_presenter.metricNames(), m_presenter.plottedMetrics());
  refresh();
}

void PlotPanel::refresh() {
  const HistoryLoader& history = m_presenter.history();
  std::vector<ChartSeries> series;
  for (const std::string& metric : history.window().metrics()) {
    series.push_back(
        {phrases::metricName(metric), phrases::metricUnit(metric), history.window().visiblePoints(metric)});
  }
  const CarPresenter::PlotMessage message = m_presenter.plotMessage();
  m_chart->setMessage({message.text, message.actionText});
  m_chart->setSeries(std::move(series));
  m_chart->setLoading(history.isLoading());
}

void PlotPanel::onMessageAction() {
  using Action = CarPresenter::PlotMessage::Action;
  switch (m_presenter.plotMessage().action) {
    case Action::chooseMetrics:
      return m_picker->open();
    case Action::retry:
      return m_presenter.history().retry();
    case Action::showNewest: {
      const auto newest = m_presenter.newestPlotted();
      if (!newest) return;
      const Milliseconds length = m_chart->range().length();
      return m_chart->showRange({*newest - length + length / 20, *newest + length / 20});
    }
    case Action::none:
      return;
  }
}

}  // namespace carport::ui
