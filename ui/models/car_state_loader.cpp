#include "ui/models/car_state_loader.h"

#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"

namespace carport::ui {

CarStateLoader::CarStateLoader(GatewayClient& client, CarStore& store, QObject* parent)
    : QObject(parent), m_client(client), m_store(store) {
  connect(&client, &GatewayClient::connectionStateChanged, this, [this](ConnectionState state) {
    if (state != ConnectionState::connected) stop();
  });
  connect(&store, &CarStore::liveChanged, this, [this] {
    forget();
    m_trouble.clear();
    emit progressed();
  });
}

CarStateLoader::~CarStateLoader() {
  forget();
}

void CarStateLoader::forget() {
  for (Reply<Car>& reply : m_replies) reply.cancel();
  m_replies.clear();
  m_waiting.clear();
  m_next = 0;
  m_everything = false;
}

void CarStateLoader::load(const std::vector<PrincipalNumber>& cars) {
  if (m_everything || cars.empty() || !m_client.isConnected() || !m_store.isLive()) return;
  // What scrolled away meanwhile is of no interest any more.
  m_waiting.clear();
  m_next = 0;
  for (const PrincipalNumber car : cars) {
    if (!m_replies.contains(car.value)) m_waiting.push_back(car);
  }
  m_done = 0;
  m_total = int(m_waiting.size());
  askFurther();
}

void CarStateLoader::loadEverything() {
  if (m_everything || !m_client.isConnected()) return;
  forget();
  m_trouble.clear();
  if (!m_store.isLive()) {
    m_trouble = tr("In the past the values of the cars on the screen are known, and no others.");
    return emit progressed();
  }
  for (CarStore::Row row = 0; row < m_store.size(); ++row) {
    const bool hasSent = m_store.timesMs()[row] != 0;
    if (hasSent && !m_store.metrics().isKnown(row)) m_waiting.push_back(m_store.numbers()[row]);
  }
  m_failures = 0;
  m_done = 0;
  m_total = int(m_waiting.size());
  m_everything = m_total > 0;
  askFurther();
  emit progressed();
}

void CarStateLoader::stop() {
  const bool told = m_everything;
  forget();
  if (told) emit progressed();
}

void CarStateLoader::askFurther() {
  while (std::size_t(m_replies.size()) < kMaxAtOnce && m_next < m_waiting.size()) {
    const PrincipalNumber car = m_waiting[m_next++];
    const auto row = m_store.rowOf(car);
    if (!row) {
      ++m_done;
      continue;
    }
    Reply<Car> reply = m_client.car(m_store.id(*row));
    reply.then(this, [this, number = car.value](const Result<Car>& answer) { onAnswer(number, answer); });
    m_replies.insert(car.value, reply);
  }
}

void CarStateLoader::onAnswer(quint32 car, const Result<Car>& answer) {
  m_replies.remove(car);
  ++m_done;
  if (answer && answer->state) m_store.applyMetrics(*answer->state);
  // A car that was removed meanwhile is no reason to stop; a gateway that refuses one after the other is.
  m_failures = answer ? 0 : m_failures + 1;
  if (m_failures >= kMaxFailures && m_everything) {
    m_trouble = QString::fromStdString(answer.error().message());
    return stop();
  }
  askFurther();
  const bool ended = m_everything && !isRunning();
  if (ended) m_everything = false;
  if (ended || (m_everything && m_done % kTellEvery == 0)) emit progressed();
}

}  // namespace carport::ui
