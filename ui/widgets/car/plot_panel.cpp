#include "ui/widgets/car/plot_panel.h"

#include "ui/models/phrases.h"
#include "ui/widgets/car/car_presenter.h"
#include "ui/widgets/charts/plot_view.h"
#include "ui/widgets/charts/series_picker.h"
#include "ui/widgets/charts/series_table.h"
#include "ui/widgets/charts/time_chart.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace carport::ui {

namespace {
constexpr int kPlotPanelHeight = 300;         ///< of the first plot with what stands above it
constexpr int kPlotPanelCompactHeight = 220;  ///< the same in a drawer
constexpr int kPlotPanelFurther = 180;        ///< of each further one
}  // namespace

PlotPanel::PlotPanel(CarPresenter& presenter, QWidget* parent)
    : QWidget(parent),
      m_presenter(presenter),
      m_board(presenter.client(), presenter.store()),
      m_model(m_board),
      m_csv(presenter.client(), m_board) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space::kInside);
  auto* bar = new QHBoxLayout;
  bar->setSpacing(space::kTight);
  makeBar(*bar);
  m_notice = new Notice(this);
  m_chart = new TimeChart(this);
  m_chart->setEditable(true);
  m_chart->setComparable(true);
  m_table = new SeriesTable(m_model, this);
  m_picker = new SeriesPicker(m_board, presenter.store(), this);
  column->addLayout(bar);
  column->addWidget(m_notice);
  column->addWidget(m_chart, 1);
  column->addWidget(m_table);
  connectChart();
  connectBoard();
  setCompact(false);
  growWithText(*this, [this] { refreshHeight(); });
  m_board.setCar(presenter.car());
  refresh();
}

PlotPanel::~PlotPanel() = default;

void PlotPanel::makeBar(QBoxLayout& bar) {
  auto* title = new QLabel(tr("Over time"), this);
  title->setProperty("kind", "title");
  m_add = new QToolButton(this);
  m_add->setText(tr("Add line"));
  m_add->setIcon(themedIcon(QStringLiteral("chart"), IconRole::strong));
  m_add->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  m_add->setToolTip(tr("Choose what to plot: any metric of any car"));
  m_add->setMinimumHeight(size::kRow);
  m_more = new QToolButton(this);
  m_more->setIcon(themedIcon(QStringLiteral("more")));
  m_more->setToolTip(tr("Plots, statistics, notes and files"));
  m_more->setAccessibleName(tr("More about plots"));
  m_more->setPopupMode(QToolButton::InstantPopup);
  m_more->setMinimumHeight(size::kRow);
  m_more->setMenu(new QMenu(m_more));
  fillMenu();
  bar.addWidget(title);
  bar.addStretch(1);
  bar.addWidget(m_add);
  bar.addWidget(m_more);
  connect(m_add, &QToolButton::clicked, this,
          [this] { openPicker(0, m_add->mapToGlobal(QPoint(0, m_add->height() + space::kTight))); });
}

void PlotPanel::fillMenu() {
  QMenu& menu = *m_more->menu();
  connect(menu.addAction(themedIcon(QStringLiteral("plus")), tr("Add a plot below")), &QAction::triggered, this,
          [this] {
            const QString refusal = m_board.addPlot();
            if (!refusal.isEmpty()) m_notice->showError(refusal);
          });
  m_statistics = menu.addAction(tr("Statistics of the period"));
  m_statistics->setCheckable(true);
  m_statistics->setChecked(true);
  connect(m_statistics, &QAction::toggled, this, &PlotPanel::showStatistics);
  connect(menu.addAction(themedIcon(QStringLiteral("edit")), tr("Write a note…")), &QAction::triggered, this, [this] {
    const TimeRange shown = m_chart->range();
    const TimePoint middle = m_chart->plot().crosshair().value_or(shown.from + shown.length() / 2);
    m_chart->writeNote({middle, middle}, m_chart->mapToGlobal(m_chart->rect().center()));
  });
  menu.addSeparator();
  const auto addFile = [this, &menu](const QString& text, FileKind kind) {
    connect(menu.addAction(themedIcon(QStringLiteral("download")), text), &QAction::triggered, this,
            [this, kind] { askForFile(kind); });
  };
  addFile(tr("Save as a picture (PNG)…"), FileKind::png);
  addFile(tr("Save as a drawing (SVG)…"), FileKind::svg);
  addFile(tr("Save the values (CSV)…"), FileKind::csv);
}

void PlotPanel::connectChart() {
  connect(m_chart, &TimeChart::everythingRequested, &m_board, &PlotBoard::findEverything);
  connect(m_chart, &TimeChart::messageAction, this, &PlotPanel::onMessageAction);
  connect(m_chart, &TimeChart::viewChanged, this, [this](const TimeRange& range, int width) {
    m_board.setView(range, std::size_t(std::max(1, width)));
    m_model.setRange(range);
    refresh();
  });
  connect(m_chart, &TimeChart::cursorMoved, this, [this](TimePoint time) {
    m_model.setCursor(time);
    emit cursorMoved(time);
  });
  connect(m_chart, &TimeChart::cursorLeft, this, [this] {
    m_model.setCursor(std::nullopt);
    emit cursorLeft();
  });
  connect(m_chart, &TimeChart::seriesToggled, this, [this](std::size_t plot, std::size_t index) {
    const auto series = seriesAt(plot, index);
    if (!series) return;
    if (!isEarlier(plot, index)) return m_board.setHidden(plot, series->id, !series->isHidden);
    m_board.setEarlierHidden(series->id, !m_board.isEarlierHidden(series->id));
  });
  connect(m_chart, &TimeChart::colourChosen, this, [this](std::size_t plot, std::size_t index, std::size_t colour) {
    if (const auto series = seriesAt(plot, index)) m_board.setColour(plot, series->id, colour);
  });
  connect(m_chart, &TimeChart::seriesRemoveRequested, this, [this](std::size_t plot, std::size_t index) {
    const auto series = seriesAt(plot, index);
    if (series && isEarlier(plot, index)) m_board.setEarlierHidden(series->id, true);
    if (series && !isEarlier(plot, index)) m_board.removeSeries(plot, series->id);
  });
  connect(m_chart, &TimeChart::comparisonChosen, this, [this](const PlotComparison& comparison) {
    m_board.setComparison(comparison);
    m_chart->setComparison(comparison);
  });
  connect(m_chart, &TimeChart::addRequested, this, &PlotPanel::openPicker);
  connect(m_chart, &TimeChart::plotRemoveRequested, &m_board, &PlotBoard::removePlot);
}

void PlotPanel::connectBoard() {
  connect(&m_presenter, &CarPresenter::carChanged, this, [this] {
    m_board.setCar(m_presenter.car());
    setNotes(m_notes);
  });
  connect(&m_board, &PlotBoard::changed, this, &PlotPanel::refresh);
  connect(&m_board, &PlotBoard::layoutChanged, this, [this] {
    refresh();
    refreshHeight();
  });
  connect(&m_board, &PlotBoard::rangeFound, m_chart, &TimeChart::showRange);
  connect(&m_csv, &PlotCsvExport::failed, m_notice, &Notice::showError);
  connect(&m_csv, &PlotCsvExport::finished, this, [this](const QByteArray& csv, bool isExact) {
    writeFile(csv);
    if (isExact) return;
    m_notice->showRemark(
        tr("The period holds more samples than one file takes, so some were put together: each row says "
           "of how many it is. A shorter period gives every sample."));
  });
}

void PlotPanel::setCompact(bool compact) {
  m_isCompact = compact;
  m_chart->setCompact(compact);
  m_table->setCompact(compact);
  m_add->setToolButtonStyle(compact ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon);
  refreshHeight();
}

void PlotPanel::refreshHeight() {
  const int first = scaled(m_isCompact ? kPlotPanelCompactHeight : kPlotPanelHeight);
  m_chart->setMinimumHeight(first + scaled(kPlotPanelFurther) * int(m_board.plots().size() - 1));
}

void PlotPanel::showStatistics(bool show) {
  m_statistics->setChecked(show);
  m_table->setVisible(show);
}

void PlotPanel::setNotes(PlotNotes* notes) {
  m_notes = notes;
  m_chart->setNotes(notes, m_board.carId(m_presenter.car()));
}

std::optional<PlotBoard::Series> PlotPanel::seriesAt(std::size_t plot, std::size_t series) const {
  if (plot >= m_board.plots().size()) return std::nullopt;
  // Those of the earlier period stand behind the others, in the same order.
  const PlotBoard::Plot& lines = m_board.plots()[plot];
  const std::size_t index = isEarlier(plot, series) ? series - lines.size() : series;
  return index < lines.size() ? std::optional(lines[index]) : std::nullopt;
}

bool PlotPanel::isEarlier(std::size_t plot, std::size_t series) const {
  return plot < m_board.plots().size() && series >= m_board.plots()[plot].size() && m_board.comparison().isOn();
}

std::vector<ChartSeries> PlotPanel::linesOf(const PlotBoard::Plot& plot) const {
  std::vector<ChartSeries> lines;
  for (const PlotBoard::Series& series : plot) {
    lines.push_back({m_board.seriesName(series.id), phrases::metricUnit(series.id.metric), m_board.points(series.id),
                     series.colour, series.isHidden});
  }
  if (!m_board.comparison().isOn()) return lines;
  for (std::size_t i = 0; i < plot.size(); ++i) {
    const PlotSeriesId& id = plot[i].id;
    lines.push_back({m_board.earlierName(id), phrases::metricUnit(id.metric), m_board.earlierPoints(id), plot[i].colour,
                     m_board.isEarlierHidden(id), i});
  }
  return lines;
}

void PlotPanel::refresh() {
  std::vector<TimeChart::Plot> plots;
  for (const PlotBoard::Plot& plot : m_board.plots()) plots.push_back(linesOf(plot));
  const PlotBoard::Message message = m_board.message();
  m_chart->setMessage({message.text, message.actionText});
  m_chart->setPlots(std::move(plots));
  m_chart->setLoading(m_board.isLoading());
  m_table->setVisible(m_statistics->isChecked() && m_model.rowCount() > 0);
  if (m_notes && !m_chart->hasNotes()) setNotes(m_notes);
}

void PlotPanel::openPicker(std::size_t plot, const QPoint& globalCorner) {
  m_picker->openFor(plot, globalCorner);
}

void PlotPanel::onMessageAction() {
  using Action = PlotBoard::Message::Action;
  switch (m_board.message().action) {
    case Action::addSeries:
      return m_add->click();
    case Action::retry:
      return m_board.retry();
    case Action::showNewest:
      return showNewest();
    case Action::none:
      return;
  }
}

void PlotPanel::showNewest() {
  const auto newest = m_board.newest();
  if (!newest) return;
  const Milliseconds length = m_chart->range().length();
  m_chart->showRange({*newest - length + length / 20, *newest + length / 20});
}

}  // namespace carport::ui
