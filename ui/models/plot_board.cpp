#include "ui/models/plot_board.h"

#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"
#include "ui/models/phrases.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace carport::ui {

namespace {
/// Changes within this time are told of together.
constexpr int kPlotSoonMs = 30;
/// What is plotted first, as far as the car has it.
constexpr std::array<std::string_view, 4> kPlotUsual{"speed", "soc", "battery", "fuel"};
constexpr std::size_t kPlotUsualCount = 2;

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}
}  // namespace

PlotBoard::PlotBoard(GatewayClient& client, CarStore& store, QObject* parent)
    : QObject(parent), m_client(client), m_store(store) {
  m_soon.setSingleShot(true);
  m_soon.setInterval(kPlotSoonMs);
  connect(&m_soon, &QTimer::timeout, this, &PlotBoard::changed);
  connect(&client, &GatewayClient::carStateReceived, this, &PlotBoard::onState);
  connect(&client, &GatewayClient::refreshNeeded, this, [this] {
    for (const auto& feed : m_feeds) fetchNames(*feed);
  });
  connect(&store, &CarStore::reset, this, [this] {
    // After a start a car may be asked for before the cars are known.
    for (const auto& feed : m_feeds) connectFeed(*feed);
    emit layoutChanged();
  });
}

PlotBoard::~PlotBoard() {
  for (const auto& feed : m_feeds) dropFeed(*feed);
}

void PlotBoard::setCar(PrincipalNumber car) {
  if (car == m_car) return;
  for (Plot& plot : m_plots) {
    for (Series& series : plot) {
      if (series.id.car == m_car) series.id.car = car;
    }
    // A car that stood beside the former one for comparison is the one itself now.
    Plot once;
    for (const Series& series : plot) {
      const auto same = [&series](const Series& other) { return other.id == series.id; };
      if (std::none_of(once.begin(), once.end(), same)) once.push_back(series);
    }
    plot = once;
  }
  m_car = car;
  m_lookedAt = car;
  if (!m_isChosen) m_plots = {Plot()};
  if (car) {
    Feed& feed = needFeed(car);
    if (const api::CarState* known = m_store.state(car)) onState(*known);
    if (feed.namesKnown) chooseUsual();
  }
  applyLayout();
}

PlotBoard::Series* PlotBoard::find(std::size_t plot, const PlotSeriesId& id) {
  if (plot >= m_plots.size()) return nullptr;
  const auto it = std::find_if(m_plots[plot].begin(), m_plots[plot].end(), [&](const Series& s) { return s.id == id; });
  return it == m_plots[plot].end() ? nullptr : &*it;
}

QString PlotBoard::addPlot() {
  if (m_plots.size() >= kMaxPlots) return tr("At most %1 plots stand one above the other.").arg(kMaxPlots);
  m_plots.emplace_back();
  m_isChosen = true;
  applyLayout();
  return {};
}

QString PlotBoard::addSeries(std::size_t plot, const PlotSeriesId& id) {
  if (plot >= m_plots.size() || find(plot, id) != nullptr) return {};
  Plot& lines = m_plots[plot];
  if (lines.size() >= kMaxSeries) return tr("One plot has at most %1 lines. Add another plot.").arg(kMaxSeries);
  std::vector<PrincipalNumber> cars;
  for (const auto& feed : m_feeds) {
    if (isPlotted(feed->car)) cars.push_back(feed->car);
  }
  if (!isPlotted(id.car) && cars.size() >= kMaxCars) return tr("At most %1 cars are plotted together.").arg(kMaxCars);
  const auto metrics = metricsOf(id.car);
  if (!contains(metrics, id.metric) && metrics.size() >= api::kMaxHistoryMetrics) {
    return tr("At most %1 metrics of one car are plotted.").arg(api::kMaxHistoryMetrics);
  }
  // The first colour that is free.
  std::size_t colour = 0;
  const auto isTaken = [&](const Series& series) { return series.colour == colour; };
  while (std::any_of(lines.begin(), lines.end(), isTaken)) ++colour;
  lines.push_back({id, colour, false});
  m_isChosen = true;
  applyLayout();
  return {};
}

void PlotBoard::removePlot(std::size_t plot) {
  if (plot >= m_plots.size() || m_plots.size() == 1) return;
  m_plots.erase(m_plots.begin() + std::ptrdiff_t(plot));
  m_isChosen = true;
  applyLayout();
}

void PlotBoard::removeSeries(std::size_t plot, const PlotSeriesId& id) {
  if (plot >= m_plots.size()) return;
  std::erase_if(m_plots[plot], [&id](const Series& series) { return series.id == id; });
  m_isChosen = true;
  applyLayout();
}

void PlotBoard::setHidden(std::size_t plot, const PlotSeriesId& id, bool hidden) {
  Series* series = find(plot, id);
  if (series == nullptr || series->isHidden == hidden) return;
  series->isHidden = hidden;
  emit layoutChanged();
}

void PlotBoard::setColour(std::size_t plot, const PlotSeriesId& id, std::size_t colour) {
  Series* series = find(plot, id);
  if (series == nullptr || series->colour == colour) return;
  series->colour = colour;
  emit layoutChanged();
}

void PlotBoard::applyLayout() {
  for (const Plot& plot : m_plots) {
    for (const Series& series : plot) needFeed(series.id.car);
  }
  dropUnusedFeeds();
  forgetDrawn();
  for (const auto& feed : m_feeds) feed->loader->setMetrics(metricsOf(feed->car));
  followComparison();
  emit layoutChanged();
  emit changed();
}

std::vector<std::string> PlotBoard::metricsOf(PrincipalNumber car) const {
  std::vector<std::string> metrics;
  for (const Plot& plot : m_plots) {
    for (const Series& series : plot) {
      if (series.id.car == car && !contains(metrics, series.id.metric)) metrics.push_back(series.id.metric);
    }
  }
  return metrics;
}

QString PlotBoard::carId(PrincipalNumber car) const {
  const auto row = m_store.rowOf(car);
  return row ? m_store.id(*row) : QString();
}

QString PlotBoard::carName(PrincipalNumber car) const {
  const auto row = m_store.rowOf(car);
  return row ? m_store.label(*row) : tr("Car %1").arg(car.value);
}

bool PlotBoard::hasSeveralCars() const {
  for (const Plot& plot : m_plots) {
    if (std::any_of(plot.begin(), plot.end(), [this](const Series& s) { return s.id.car != m_car; })) return true;
  }
  return false;
}

QString PlotBoard::seriesName(const PlotSeriesId& id) const {
  const QString metric = phrases::metricName(id.metric);
  return hasSeveralCars() ? tr("%1, %2").arg(carName(id.car), metric) : metric;
}

const std::vector<api::HistoryPoint>& PlotBoard::points(const PlotSeriesId& id) const {
  const auto known = std::find_if(m_drawn.begin(), m_drawn.end(), [&id](const Drawn& drawn) { return drawn.id == id; });
  if (known != m_drawn.end()) return known->points;
  const Feed* from = feed(id.car);
  Drawn& drawn = m_drawn.emplace_back(Drawn{id, {}});
  if (from != nullptr) drawn.points = from->loader->window().visiblePoints(id.metric);
  return drawn.points;
}

api::HistoryPoint PlotBoard::summary(const PlotSeriesId& id, const TimeRange& range) const {
  const Feed* from = feed(id.car);
  return from == nullptr ? api::HistoryPoint() : from->loader->window().summary(id.metric, range);
}

PlotBoard::Message PlotBoard::message() const {
  using Action = Message::Action;
  if (const QString why = trouble(); !why.isEmpty()) return {why, tr("Try again"), Action::retry};
  if (!m_client.isConnected() && !hasData()) return {m_client.connectionSentence(), {}, Action::none};
  const bool isEmpty = std::all_of(m_plots.begin(), m_plots.end(), [](const Plot& plot) { return plot.empty(); });
  const Feed* main = feed(m_car);
  if (isEmpty && main != nullptr && main->names.empty()) {
    return {main->namesKnown ? tr("This car has not sent any values yet.") : tr("Loading…"), {}, Action::none};
  }
  if (isEmpty) return {tr("Choose what to plot."), tr("Add a line"), Action::addSeries};
  if (!hasData() || isLoading()) return {tr("Loading…"), {}, Action::none};
  const auto last = newest();
  if (last && !m_view.contains(*last)) {
    return {tr("No values in this period. The newest is from %1.").arg(phrases::moment(*last, m_store.now())),
            tr("Show the newest values"), Action::showNewest};
  }
  return {tr("No values in this period."), {}, Action::none};
}

std::optional<TimePoint> PlotBoard::newest() const {
  std::optional<TimePoint> newest;
  const auto take = [&newest](TimePoint time) { newest = newest ? std::max(*newest, time) : time; };
  for (const auto& feed : m_feeds) {
    const api::CarState* state = m_store.state(feed->car);
    for (const std::string& metric : metricsOf(feed->car)) {
      if (state == nullptr) continue;
      if (const auto it = state->metrics.find(metric); it != state->metrics.end()) take(it->second.time);
    }
    if (const auto last = feed->loader->window().newest()) take(*last);
  }
  return newest;
}

void PlotBoard::chooseUsual() {
  const Feed* main = feed(m_car);
  if (m_isChosen || main == nullptr || !m_plots.front().empty()) return;
  std::vector<std::string> chosen;
  for (const std::string_view name : kPlotUsual) {
    if (chosen.size() < kPlotUsualCount && contains(main->names, name)) chosen.emplace_back(name);
  }
  if (chosen.empty() && main->namesKnown && !main->names.empty()) chosen.push_back(main->names.front());
  if (chosen.empty()) return;
  for (std::size_t i = 0; i < chosen.size(); ++i) m_plots.front().push_back({{m_car, chosen[i]}, i, false});
  applyLayout();
}

}  // namespace carport::ui
