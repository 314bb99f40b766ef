#include "ui/models/car_state_loader.h"

#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"

namespace carport::ui {

CarStateLoader::CarStateLoader(GatewayClient& client, CarStore& store, int everyMs, QObject* parent)
    : QObject(parent), m_client(client), m_store(store) {
  m_timer.setInterval(everyMs);
  connect(&m_timer, &QTimer::timeout, this, &CarStateLoader::ask);
  connect(&client, &GatewayClient::connectionStateChanged, this, &CarStateLoader::update);
  connect(&store, &CarStore::liveChanged, this, &CarStateLoader::update);
  // Cars that were not there before have no values yet.
  connect(&store, &CarStore::reset, this, &CarStateLoader::update);
}

CarStateLoader::~CarStateLoader() {
  m_reply.cancel();
}

void CarStateLoader::setWanted(bool wanted, const QStringList& metrics) {
  if (wanted == m_wanted && metrics == m_metrics) return;
  m_wanted = wanted;
  m_metrics = metrics;
  update();
}

void CarStateLoader::update() {
  m_reply.cancel();
  m_timer.stop();
  m_trouble.clear();
  if (m_wanted && !m_store.isLive()) {
    m_trouble = tr("In the past the values of the cars on the screen are known, and no others.");
  } else if (m_wanted && m_client.isConnected()) {
    m_timer.start();
    ask();
    return;
  }
  emit progressed();
}

void CarStateLoader::ask() {
  if (m_reply.isPending()) return;
  m_reply = m_client.fleetLatest(m_metrics);
  m_reply.then(this, [this](const Result<api::FleetLatest>& latest) {
    m_trouble = latest ? QString() : QString::fromStdString(latest.error().message());
    if (latest) m_store.applyLatest(*latest);
    emit progressed();
  });
  emit progressed();
}

}  // namespace carport::ui
