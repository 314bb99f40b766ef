#include "ui/models/fleet_feed.h"

#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"

namespace carport::ui {

namespace {
// Many changes of cars at once, as an import makes them, are fetched together.
constexpr int kGatherMs = 300;
}  // namespace

FleetFeed::FleetFeed(GatewayClient& client, CarStore& store, QObject* parent)
    : QObject(parent), m_client(client), m_store(store) {
  m_refreshSoon.setSingleShot(true);
  m_refreshSoon.setInterval(kGatherMs);
  connect(&m_refreshSoon, &QTimer::timeout, this, &FleetFeed::refresh);
  connect(&client, &GatewayClient::refreshNeeded, this, &FleetFeed::refresh);
  connect(&client, &GatewayClient::carsChanged, this, [this] {
    if (!m_refreshSoon.isActive()) m_refreshSoon.start();
  });
  connect(&client, &GatewayClient::positionsReceived, this, [this](const std::vector<api::CarPosition>& positions) {
    if (m_store.isLive()) m_store.applyPositions(positions);
  });
  connect(&client, &GatewayClient::carStateReceived, this, [this](const api::CarState& state) {
    if (m_store.isLive()) m_store.applyState(state);
  });
  connect(&store, &CarStore::liveChanged, this, [this](bool live) {
    if (live) catchUp();
  });
  connect(&client, &GatewayClient::statusReceived, this, [this] { m_store.setClockOffset(m_client.clockOffset()); });
  connect(&client, &GatewayClient::connectionStateChanged, this, [this](ConnectionState state) {
    // Another gateway has other cars; after a mere interruption the last known ones stay.
    if (state != ConnectionState::idle) return;
    m_reply.cancel();
    m_store.clear();
  });
  if (client.isConnected()) refresh();
}

FleetFeed::~FleetFeed() {
  setVisibleCars({});
}

void FleetFeed::refresh() {
  m_refreshSoon.stop();
  m_reply.cancel();
  m_reply = m_client.cars();
  m_reply.then(this, [this](const Result<std::vector<api::Car>>& cars) { onCars(cars); });
  emit loadingChanged();
}

void FleetFeed::onCars(const Result<std::vector<api::Car>>& cars) {
  m_trouble.clear();
  if (cars) {
    m_store.setCars(*cars);
  } else {
    m_trouble = QString::fromStdString(cars.error().message());
  }
  emit loadingChanged();
}

void FleetFeed::catchUp() {
  // Without a connection the next one brings everything.
  if (m_client.isConnected()) refresh();
  // Asking again brings the whole states again, as they are now.
  const QSet<quint32> visible = m_visible;
  setVisibleCars({});
  std::vector<PrincipalNumber> again;
  for (const quint32 car : visible) again.push_back(PrincipalNumber{car});
  setVisibleCars(again);
}

void FleetFeed::setVisibleCars(const std::vector<PrincipalNumber>& cars) {
  QSet<quint32> wanted;
  for (std::size_t i = 0; i < std::min(cars.size(), kMaxVisible); ++i) wanted.insert(cars[i].value);
  const QSet<quint32> gone = m_visible - wanted;
  const QSet<quint32> fresh = wanted - m_visible;
  for (const quint32 car : gone) m_client.unwatchCarState(PrincipalNumber{car});
  m_visible -= gone;
  for (const quint32 car : fresh) {
    if (m_client.watchCarState(PrincipalNumber{car})) m_visible.insert(car);
  }
}

}  // namespace carport::ui
