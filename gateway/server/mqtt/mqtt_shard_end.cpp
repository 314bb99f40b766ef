#include "gateway/server/mqtt/mqtt_shard.h"

#include <algorithm>
#include <utility>

/// How an I/O thread lets its clients go, and stops.
namespace carport {

void MqttShard::drain(DrainOrder order) {
  m_core.io->postAnswer([this, order = std::move(order)] {
    m_core.lettingGo = true;
    m_drain.emplace(order, m_connections, m_core.steadyNow(), m_core.context.limits.drainTimeout);
  });
}

void MqttShard::resume() {
  m_core.io->postAnswer([this] {
    m_core.lettingGo = false;
    m_drain.reset();
  });
}

void MqttShard::settle(std::function<void()> settled) {
  m_core.io->postAnswer([this, settled = std::move(settled)] {
    m_core.draining = true;
    m_settled = settled;
    m_batcher.flush();
    continueStopping();
  });
}

void MqttShard::closeAll(std::function<void()> closed) {
  m_core.io->postAnswer([this, closed = std::move(closed)] {
    m_closed = closed;
    for (const auto& connection : m_connections) connection->close(kStopping);
    continueStopping();
  });
}

void MqttShard::writeSessions(std::function<void()> written) {
  m_core.io->postAnswer([this, written = std::move(written)] {
    m_core.connections.writeAll([this, written] {
      m_core.journal.whenCommitted(written);
      m_core.journal.flush();
    });
  });
}

bool MqttShard::isSettled() const {
  return m_batcher.isIdle() && m_fanOut.isIdle() && m_core.unanswered == 0 && m_core.journal.isIdle();
}

void MqttShard::continueStopping() {
  if (m_settled) {
    m_fanOut.flush();  // what the last commit brought
    m_core.journal.flush();
    if (isSettled()) std::exchange(m_settled, nullptr)();
  }
  if (!m_closed) return;
  const bool gone = std::all_of(m_connections.begin(), m_connections.end(),
                                [](const auto& connection) { return connection->isGone(); });
  if (gone) std::exchange(m_closed, nullptr)();
}

}  // namespace carport
