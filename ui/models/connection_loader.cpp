#include "ui/models/connection_loader.h"

#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"
#include "ui/models/connection_words.h"

#include <QDateTime>

#include <utility>

namespace carport::ui {

namespace {

/// From midnight to midnight in the computer's time zone.
TimeRange localDayOf(TimePoint moment) {
  const QDate day = QDateTime::fromMSecsSinceEpoch(toMs(moment)).date();
  return {fromMs(day.startOfDay().toMSecsSinceEpoch()), fromMs(day.addDays(1).startOfDay().toMSecsSinceEpoch())};
}

}  // namespace

ConnectionLoader::ConnectionLoader(GatewayClient& client, const CarStore& store, QObject* parent)
    : QObject(parent), m_client(client), m_store(store) {
  m_soon.setSingleShot(true);
  connect(&m_soon, &QTimer::timeout, this, &ConnectionLoader::refresh);
  connect(&m_again, &QTimer::timeout, this, [this] {
    if (m_store.isLive()) refresh();
  });
  connect(&m_tick, &QTimer::timeout, this, [this] {
    if (m_store.isLive()) m_model.setNow(m_store.now());
  });
  m_again.start(kAskEveryMs);
  m_tick.start(kTickMs);
  connect(&client, &GatewayClient::refreshNeeded, this, &ConnectionLoader::refresh);
  connect(&store, &CarStore::positionsChanged, this, &ConnectionLoader::noticeCar);
  connect(&store, &CarStore::liveChanged, this, &ConnectionLoader::rebuild);
  connect(&store, &CarStore::momentChanged, this, &ConnectionLoader::rebuild);
  connect(&store, &CarStore::momentSettled, this, &ConnectionLoader::refresh);
}

ConnectionLoader::~ConnectionLoader() = default;

void ConnectionLoader::setCar(const QString& carId, PrincipalNumber car) {
  if (carId == m_carId && car == m_car) return;
  m_carId = carId;
  m_car = car;
  m_fetched.clear();
  m_attempts.clear();
  m_trouble.clear();
  m_reply.cancel();
  m_wasConnected = false;
  refresh();
  rebuild();
}

void ConnectionLoader::noticeCar() {
  const auto row = m_store.rowOf(m_car);
  const bool isConnected = row && m_store.isConnected(*row);
  if (std::exchange(m_wasConnected, isConnected) != isConnected && m_store.isLive()) m_soon.start(kAskAfterMs);
}

void ConnectionLoader::refresh() {
  if (m_carId.isEmpty() || !m_client.isConnected()) return;
  ConnectionsQuery query;
  if (!m_store.isLive()) query.to = m_store.now() + Milliseconds(1);
  m_reply.cancel();
  m_reply = m_client.carConnections(m_carId, query);
  m_reply.then(this, [this](const Result<ConnectionHistory>& history) { onAnswer(history); });
}

void ConnectionLoader::onAnswer(const Result<ConnectionHistory>& history) {
  m_trouble = history ? QString() : QString::fromStdString(history.error().message());
  if (history) {
    m_fetched = history->connections;
    m_attempts = history->attempts;
  }
  rebuild();
}

void ConnectionLoader::rebuild() {
  const TimePoint now = m_store.now();
  m_asOf = now;
  m_day = localDayOf(now);
  m_model.setConnections(m_store.isLive() ? m_fetched : knownAt(m_fetched, now), now);
  m_spans = connectedWithin(m_model.connections(), m_day, now);
  emit changed();
}

}  // namespace carport::ui
