#include "ui/models/metric_feed.h"

#include "ui/client/gateway_client.h"
#include "ui/models/car_state_loader.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace carport::ui {
namespace {
constexpr int kTellMs = 250;
}  // namespace

MetricFeed::MetricFeed(CarStore& store, QObject* parent) : QObject(parent), m_store(store) {
  m_tell.setSingleShot(true);
  m_tell.setInterval(kTellMs);
  connect(&m_tell, &QTimer::timeout, this, [this] { emit changed(std::exchange(m_changed, {})); });
  connect(&m_store, &CarStore::reset, this, [this] { m_changed.clear(); });
  connect(&m_store, &CarStore::metricsChanged, this, &MetricFeed::tell);
  connect(&m_store, &CarStore::stateChanged, this, [this](PrincipalNumber car) {
    if (const auto row = m_store.rowOf(car)) tell({*row});
  });
  connect(&m_store, &CarStore::metricNamesChanged, this, &MetricFeed::namesChanged);
}

MetricFeed::~MetricFeed() {
  m_discovery.cancel();
}

void MetricFeed::setClient(GatewayClient* client) {
  m_client = client;
  m_values = std::make_unique<CarStateLoader>(*client, m_store, kRefreshMs);
  update();
}

bool MetricFeed::comesWithPositions() const {
  return m_metric == QLatin1String(api::metric::kSpeed);
}

void MetricFeed::setMetric(const QString& metric) {
  if (metric == m_metric) return;
  m_metric = metric;
  m_changed.clear();
  update();
  emit metricChanged();
}

void MetricFeed::setActive(bool active) {
  if (active == m_active) return;
  m_active = active;
  update();
}

void MetricFeed::update() {
  if (m_values) m_values->setWanted(m_active && !m_metric.isEmpty() && !comesWithPositions(), {m_metric});
}

void MetricFeed::tell(const std::vector<CarStore::Row>& rows) {
  if (m_metric.isEmpty() || comesWithPositions()) return;
  // Whole fleets come at once, single cars again and again.
  if (m_changed.size() + rows.size() > 2 * m_store.size()) m_changed.clear();
  m_changed.insert(m_changed.end(), rows.begin(), rows.end());
  if (!m_tell.isActive()) m_tell.start();
}

std::optional<std::size_t> MetricFeed::column() const {
  const QStringList& names = m_store.metrics().names();
  const bool isThere = m_column < std::size_t(names.size()) && names[qsizetype(m_column)] == m_metric;
  if (isThere) return m_column;
  const auto found = m_store.metrics().columnOf(m_metric);
  m_column = found.value_or(0);
  return found;
}

float MetricFeed::value(CarStore::Row row) const {
  if (comesWithPositions()) return m_store.speeds()[row];
  const auto place = column();
  return place ? float(m_store.metrics().value(*place, row)) : std::numeric_limits<float>::quiet_NaN();
}

std::size_t MetricFeed::known() const {
  std::size_t count = 0;
  for (CarStore::Row row = 0; row < m_store.size(); ++row) count += std::isnan(value(row)) ? 0 : 1;
  return count;
}

QStringList MetricFeed::names() const {
  QStringList names = m_store.metrics().names();
  // A place is no quantity.
  for (const char* none : {api::metric::kLatitude, api::metric::kLongitude, api::metric::kSpeed})
    names.removeAll(QString::fromLatin1(none));
  const QString speed = QString::fromLatin1(api::metric::kSpeed);
  if (!m_metric.isEmpty() && m_metric != speed && !names.contains(m_metric)) names << m_metric;
  names.sort();
  names.prepend(speed);
  return names;
}

void MetricFeed::discover() {
  if (m_client == nullptr || !m_client->isConnected() || m_discovery.isPending()) return;
  QStringList cars;
  const std::size_t step = std::max<std::size_t>(1, m_store.size() / kDiscoveries);
  for (std::size_t row = 0; row < m_store.size() && std::size_t(cars.size()) < kDiscoveries; row += step)
    cars << m_store.id(CarStore::Row(row));
  if (cars.isEmpty()) return;
  m_discovery = m_client->fleetLatest({}, cars);
  m_discovery.then(this, [this](const Result<api::FleetLatest>& latest) {
    if (latest) m_store.applyLatest(*latest);
  });
}

}  // namespace carport::ui
