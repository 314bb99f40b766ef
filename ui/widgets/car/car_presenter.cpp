#include "ui/widgets/car/car_presenter.h"

#include "ui/client/gateway_client.h"
#include "ui/models/phrases.h"

#include <algorithm>

namespace carport::ui {

namespace {

constexpr int kTickMs = 1'000;

}  // namespace

CarPresenter::CarPresenter(GatewayClient& client, CarStore& store, QObject* parent)
    : QObject(parent), m_client(client), m_store(store), m_commands(store), m_events(store) {
  connect(&client, &GatewayClient::carStateReceived, this, [this](const api::CarState& state) {
    if (m_store.isLive() && state.position.car == m_number) setState(state);
  });
  connect(&store, &CarStore::stateChanged, this, &CarPresenter::takePastState);
  connect(&store, &CarStore::liveChanged, this, [this](bool live) {
    m_state.reset();
    m_values.setState(nullptr, m_store.now());
    if (live) fetch();
    emit changed();
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
  m_commandReply.cancel();
}

void CarPresenter::setCar(PrincipalNumber car) {
  stop();
  m_number = car;
  m_id.clear();
  m_principal.reset();
  m_state.reset();
  m_trouble.clear();
  m_values.setState(nullptr, m_store.now());
  if (const auto row = m_store.rowOf(car)) m_id = m_store.id(*row);
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
      if (car->state && m_store.isLive()) setState(*car->state);
    }
    emit changed();
  });
}

void CarPresenter::takePastState(PrincipalNumber car) {
  if (m_store.isLive() || car != m_number) return;
  if (const api::CarState* then = m_store.state(car)) return setState(*then);
  m_state.reset();
  m_values.setState(nullptr, m_store.now());
  emit changed();
}

void CarPresenter::setState(const api::CarState& state) {
  // In the past one may go backwards.
  if (m_store.isLive() && m_state && state.arrival < m_state->arrival) return;
  m_state = state;
  m_values.setState(&*m_state, m_store.now());
  emit changed();
}

}  // namespace carport::ui
