#include "ui/widgets/car/car_presenter.h"

#include "ui/client/gateway_client.h"
#include "ui/models/phrases.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace carport::ui {

namespace {

constexpr int kTickMs = 1'000;
/// Most metric names kept for the picker.
constexpr std::size_t kMaxNames = 1'000;
/// What is plotted first, as far as the car has it.
constexpr std::array<std::string_view, 4> kUsual{"speed", "soc", "battery", "fuel"};
constexpr std::size_t kUsualCount = 2;

}  // namespace

CarPresenter::CarPresenter(GatewayClient& client, CarStore& store, QObject* parent)
    : QObject(parent), m_client(client), m_store(store), m_commands(store), m_events(store), m_history(client) {
  connect(&client, &GatewayClient::carStateReceived, this, [this](const api::CarState& state) {
    if (state.position.car == m_number) setState(state);
  });
  connect(&client, &GatewayClient::refreshNeeded, this, &CarPresenter::fetch);
  connect(&store, &CarStore::reset, this, [this] {
    // After a start the car may be asked for before the cars are known.
    if (m_number && m_id.isEmpty()) return setCar(m_number);
    emit changed();
  });
  connect(&store, &CarStore::positionsChanged, this, [this](const std::vector<CarStore::Row>& rows) {
    const auto row = m_store.rowOf(m_number);
    if (row && std::find(rows.begin(), rows.end(), *row) != rows.end()) emit changed();
  });
  connect(&m_tick, &QTimer::timeout, this, [this] {
    m_values.setNow(m_store.now());
    emit changed();
  });
}

CarPresenter::~CarPresenter() {
  stop();
}

void CarPresenter::stop() {
  if (m_watching) m_client.unwatchCarState(m_number);
  m_watching = false;
  m_tick.stop();
  m_carReply.cancel();
  m_metricsReply.cancel();
  m_everythingReply.cancel();
  m_commandReply.cancel();
}

void CarPresenter::setCar(PrincipalNumber car) {
  stop();
  m_number = car;
  m_id.clear();
  m_principal.reset();
  m_state.reset();
  m_trouble.clear();
  m_metricNames.clear();
  m_metricsKnown = false;
  m_values.setState(nullptr, m_store.now());
  if (const auto row = m_store.rowOf(car)) m_id = m_store.id(*row);
  m_history.setCar(m_id, m_number);
  m_history.setMetrics({});
  emit metricNamesChanged();
  emit carChanged();
  if (m_id.isEmpty()) return;
  m_watching = m_client.watchCarState(m_number);
  m_commands.attach(m_client, m_id, m_number);
  m_events.attach(m_client, m_id, m_number);
  if (const api::CarState* known = m_store.state(m_number)) setState(*known);
  fetch();
  m_tick.start(kTickMs);
}

void CarPresenter::fetch() {
  if (m_id.isEmpty() || !m_client.isConnected()) return;
  m_carReply.cancel();
  m_carReply = m_client.car(m_id);
  m_carReply.then(this, [this](const Result<Car>& car) {
    m_trouble = car ? QString() : QString::fromStdString(car.error().message());
    if (car) {
      m_principal = car->principal;
      if (car->state) setState(*car->state);
    }
    emit changed();
  });
  fetchMetrics();
}

void CarPresenter::fetchMetrics() {
  m_metricsReply.cancel();
  m_metricsReply = m_client.metrics(m_id);
  m_metricsReply.then(this, [this](const Result<std::vector<std::string>>& names) {
    m_metricsKnown = true;
    if (names) addMetricNames(*names);
    choosePlotted();
  });
}

void CarPresenter::setState(const api::CarState& state) {
  if (m_state && state.arrival < m_state->arrival) return;
  m_state = state;
  m_values.setState(&*m_state, m_store.now());
  std::vector<std::string> names;
  for (const auto& [name, latest] : state.metrics) names.push_back(name);
  addMetricNames(names);
  m_history.addState(state);
  emit changed();
}

void CarPresenter::addMetricNames(const std::vector<std::string>& names) {
  const std::size_t before = m_metricNames.size();
  for (const std::string& name : names) {
    const bool known = std::find(m_metricNames.begin(), m_metricNames.end(), name) != m_metricNames.end();
    if (!known && m_metricNames.size() < kMaxNames) m_metricNames.push_back(name);
  }
  if (m_metricNames.size() == before) return;
  std::sort(m_metricNames.begin(), m_metricNames.end(), [](const std::string& a, const std::string& b) {
    return phrases::metricName(a).compare(phrases::metricName(b), Qt::CaseInsensitive) < 0;
  });
  if (plottedMetrics().empty()) choosePlotted();
  emit metricNamesChanged();
}

void CarPresenter::choosePlotted() {
  const auto has = [this](std::string_view name) {
    return std::find(m_metricNames.begin(), m_metricNames.end(), name) != m_metricNames.end();
  };
  std::vector<std::string> chosen;
  for (const std::string& name : m_wishedMetrics) {
    if (has(name)) chosen.push_back(name);
  }
  for (const std::string_view name : kUsual) {
    if (chosen.size() < kUsualCount && m_wishedMetrics.empty() && has(name)) chosen.emplace_back(name);
  }
  if (chosen.empty() && m_metricsKnown && !m_metricNames.empty()) chosen.push_back(m_metricNames.front());
  if (!chosen.empty()) m_history.setMetrics(chosen);
  emit metricNamesChanged();
}

void CarPresenter::plotMetrics(const std::vector<std::string>& metrics) {
  m_wishedMetrics = metrics;
  m_history.setMetrics(metrics);
}

std::optional<TimePoint> CarPresenter::newestPlotted() const {
  std::optional<TimePoint> newest;
  if (!m_state) return newest;
  for (const std::string& metric : plottedMetrics()) {
    const auto it = m_state->metrics.find(metric);
    if (it != m_state->metrics.end() && (!newest || it->second.time > *newest)) newest = it->second.time;
  }
  return newest;
}

CarPresenter::PlotMessage CarPresenter::plotMessage() const {
  using Action = PlotMessage::Action;
  const HistoryWindow& window = m_history.window();
  if (!m_history.trouble().isEmpty()) return {m_history.trouble(), tr("Try again"), Action::retry};
  if (!m_client.isConnected() && !window.hasData()) return {m_client.connectionSentence(), {}, Action::none};
  if (m_metricNames.empty()) {
    return {m_metricsKnown ? tr("This car has not sent any values yet.") : tr("Loading…"), {}, Action::none};
  }
  if (plottedMetrics().empty()) return {tr("Choose what to plot."), tr("Choose metrics"), Action::chooseMetrics};
  if (!window.hasData() || m_history.isLoading()) return {tr("Loading…"), {}, Action::none};
  const auto newest = newestPlotted();
  if (newest && (*newest < window.view().from || *newest >= window.view().to)) {
    return {tr("No values in this period. The newest is from %1.").arg(phrases::moment(*newest, m_store.now())),
            tr("Show the newest values"), Action::showNewest};
  }
  return {tr("No values in this period."), {}, Action::none};
}

void CarPresenter::findEverything() {
  if (plottedMetrics().empty()) return;
  api::HistoryQuery query;
  query.metrics = plottedMetrics();
  query.to = m_store.now() + std::chrono::hours(24 * 365);
  query.maxPoints = 2;
  m_everythingReply.cancel();
  m_everythingReply = m_client.history(m_id, query);
  m_everythingReply.then(this, [this](const Result<api::History>& history) {
    if (!history) return;
    std::optional<TimePoint> first;
    TimePoint last{};
    // A bucket's time is that of its first sample, so the first one tells the beginning exactly.
    for (const api::HistorySeries& series : history->series) {
      if (series.points.empty()) continue;
      first = first ? std::min(*first, series.points.front().time) : series.points.front().time;
      last = std::max(last, series.points.back().time);
    }
    if (!first) return;
    last = std::max(last, newestPlotted().value_or(last));
    const Milliseconds margin = std::max(Milliseconds(1'000), (last - *first) / 50);
    emit rangeFound({*first - margin, last + margin});
  });
}

}  // namespace carport::ui
