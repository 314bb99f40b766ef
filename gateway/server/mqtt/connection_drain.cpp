#include "gateway/server/mqtt/connection_drain.h"

#include "gateway/server/mqtt/mqtt_connection.h"

#include <algorithm>
#include <chrono>

namespace carport {

namespace {

Closing closingFor(const DrainOrder& order) {
  Closing closing{"the gateway lets its clients go", mqtt::ReasonCode::serverShuttingDown};
  closing.isOrdinary = true;
  closing.ending = api::ConnectionEnding::drained;
  if (order.server.empty()) return closing;
  closing.text = "the gateway lets its clients go to another server";
  closing.reason = mqtt::ReasonCode::useAnotherServer;
  closing.otherServer = order.server;
  return closing;
}

int turnOf(const MqttConnection& connection) {
  if (connection.session == nullptr) return 0;
  return connection.car ? 1 : 2;
}

}  // namespace

ConnectionDrain::ConnectionDrain(const DrainOrder& order,
                                 const std::vector<std::shared_ptr<MqttConnection>>& connections, SteadyPoint now,
                                 Milliseconds patience)
    : m_closing(closingFor(order)), m_begin(now), m_period(order.period), m_patience(patience) {
  auto sorted = connections;
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return turnOf(*a) < turnOf(*b); });
  m_connections.assign(sorted.begin(), sorted.end());
}

std::size_t ConnectionDrain::dueAt(SteadyPoint now) const {
  if (now - m_begin >= m_period) return m_connections.size();
  const std::chrono::duration<double> passed = now - m_begin, all = m_period;
  return static_cast<std::size_t>(static_cast<double>(m_connections.size()) * (passed / all));
}

void ConnectionDrain::step(SteadyPoint now) {
  for (const auto due = dueAt(now); m_next < due; ++m_next) {
    if (const auto connection = m_connections[m_next].lock()) connection->letGo(m_closing, now + m_patience);
  }
}

}  // namespace carport
