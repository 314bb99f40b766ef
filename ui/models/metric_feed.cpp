#include "ui/models/metric_feed.h"

#include "ui/client/gateway_client.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace carport::ui {
namespace {

constexpr int kTickMs = 50;
constexpr int kAsksATick = MetricFeed::kRequestsPerSecond * kTickMs / 1000;
constexpr std::size_t kLooksATick = 500;  // cars that are looked at for whether they are due
constexpr int kTellMs = 250;
constexpr int kDiscoveries = 8;

}  // namespace

MetricFeed::MetricFeed(const CarStore& store, QObject* parent) : QObject(parent), m_store(store) {
  m_timer.setInterval(kTickMs);
  connect(&m_timer, &QTimer::timeout, this, &MetricFeed::tick);
  m_tell.setSingleShot(true);
  m_tell.setInterval(kTellMs);
  connect(&m_tell, &QTimer::timeout, this, [this] { emit changed(std::exchange(m_changed, {})); });
  connect(&m_store, &CarStore::reset, this, &MetricFeed::restart);
  connect(&m_store, &CarStore::stateChanged, this, [this](PrincipalNumber car) {
    if (const api::CarState* state = m_store.state(car)) take(car, *state);
  });
}

MetricFeed::~MetricFeed() = default;

void MetricFeed::setClient(GatewayClient* client) {
  m_client = client;
  updateTimer();
}

bool MetricFeed::comesWithPositions() const {
  return m_metric == QLatin1String(api::metric::kSpeed);
}

void MetricFeed::setMetric(const QString& metric) {
  if (metric == m_metric) return;
  m_metric = metric;
  m_values.clear();
  restart();
  emit metricChanged();
}

void MetricFeed::restart() {
  ++m_round;
  m_pending.clear();
  m_changed.clear();
  m_nextInSight = 0;
  m_nextRow = 0;
  // Cars that are no more are not counted.
  m_values.removeIf([this](QHash<quint32, Value>::iterator one) { return !m_store.rowOf(PrincipalNumber{one.key()}); });
  updateTimer();
}

void MetricFeed::updateTimer() {
  const bool runs = m_active && m_client != nullptr && !m_metric.isEmpty() && !comesWithPositions();
  runs ? m_timer.start() : m_timer.stop();
}

void MetricFeed::setActive(bool active) {
  m_active = active;
  updateTimer();
}

float MetricFeed::value(CarStore::Row row) const {
  if (comesWithPositions()) return m_store.speeds()[row];
  const auto found = m_values.constFind(m_store.numbers()[row].value);
  return found == m_values.constEnd() ? std::numeric_limits<float>::quiet_NaN() : found->value;
}

std::size_t MetricFeed::known() const {
  if (comesWithPositions()) {
    const auto speeds = m_store.speeds();
    return std::size_t(std::count_if(speeds.begin(), speeds.end(), [](float speed) { return !std::isnan(speed); }));
  }
  return std::size_t(
      std::count_if(m_values.begin(), m_values.end(), [](const Value& one) { return !std::isnan(one.value); }));
}

void MetricFeed::setInSight(const std::vector<PrincipalNumber>& cars) {
  m_inSight = cars;
  m_nextInSight = std::min(m_nextInSight, m_inSight.size());
}

bool MetricFeed::isDue(PrincipalNumber car, qint64 nowMs, int freshMs) const {
  const auto found = m_values.constFind(car.value);
  return (found == m_values.constEnd() || nowMs - found->askedMs >= freshMs) && !m_pending.contains(car.value);
}

std::optional<CarStore::Row> MetricFeed::nextRow(qint64 nowMs) {
  for (std::size_t n = 0; n < std::min(kLooksATick, m_inSight.size()); ++n) {
    if (m_nextInSight >= m_inSight.size()) m_nextInSight = 0;
    const PrincipalNumber car = m_inSight[m_nextInSight++];
    if (!isDue(car, nowMs, kFreshInSightMs)) continue;
    if (const auto row = m_store.rowOf(car)) return row;
  }
  for (std::size_t n = 0; n < std::min(kLooksATick, m_store.size()); ++n) {
    if (m_nextRow >= m_store.size()) m_nextRow = 0;
    const CarStore::Row row = m_nextRow++;
    if (isDue(m_store.numbers()[row], nowMs, kFreshMs)) return row;
  }
  return std::nullopt;
}

void MetricFeed::tick() {
  if (m_client == nullptr || !m_client->isConnected()) return;
  const qint64 nowMs = CarStore::steadyMs();
  for (int n = 0; n < kAsksATick && m_pending.size() < kMaxPending; ++n) {
    const auto row = nextRow(nowMs);
    if (!row) return;
    ask(*row);
  }
}

void MetricFeed::ask(CarStore::Row row) {
  const PrincipalNumber car = m_store.numbers()[row];
  m_pending.insert(car.value);
  m_client->car(m_store.id(row)).then(this, [this, car, round = m_round](const Result<api::Car>& answer) {
    if (round != m_round) return;
    m_pending.remove(car.value);
    // A car that sent nothing, or is no more, has no value, and is not asked again at once.
    take(car, answer && answer->state ? *answer->state : api::CarState{});
  });
}

void MetricFeed::take(PrincipalNumber car, const api::CarState& state) {
  learnNames(state);
  const auto row = m_store.rowOf(car);
  if (m_metric.isEmpty() || comesWithPositions() || !row) return;
  const auto found = state.metrics.find(m_metric.toStdString());
  const bool has = found != state.metrics.end();
  m_values[car.value] = {has ? float(found->second.value) : std::numeric_limits<float>::quiet_NaN(),
                         CarStore::steadyMs()};
  m_changed.push_back(*row);
  if (!m_tell.isActive()) m_tell.start();
}

void MetricFeed::learnNames(const api::CarState& state) {
  const auto before = m_names.size();
  for (const auto& [name, value] : state.metrics) {
    // A place is no quantity.
    if (name == api::metric::kLatitude || name == api::metric::kLongitude) continue;
    if (m_names.size() >= kMaxNames) break;
    m_names.insert(QString::fromStdString(name));
  }
  if (m_names.size() != before) emit namesChanged();
}

QStringList MetricFeed::names() const {
  const QString speed = QString::fromLatin1(api::metric::kSpeed);
  QStringList names(m_names.begin(), m_names.end());
  names.removeAll(speed);
  if (!m_metric.isEmpty() && m_metric != speed && !names.contains(m_metric)) names << m_metric;
  names.sort();
  names.prepend(speed);
  return names;
}

void MetricFeed::discover() {
  if (m_client == nullptr || !m_client->isConnected()) return;
  int asked = 0;
  for (std::size_t n = 0; n < m_inSight.size() && asked < kDiscoveries; ++n) {
    if (const auto row = m_store.rowOf(m_inSight[n]); row && ++asked > 0) ask(*row);
  }
  for (CarStore::Row row = 0; row < m_store.size() && asked < kDiscoveries; ++row, ++asked) ask(row);
}

}  // namespace carport::ui
