#include "gateway/protocol/mqtt/in_flight_window.h"

#include <algorithm>

namespace carport::mqtt {

bool InFlightWindow::isInUse(PacketId id) const {
  return std::find(m_inUse.begin(), m_inUse.end(), id) != m_inUse.end();
}

std::optional<PacketId> InFlightWindow::take() {
  if (full()) return std::nullopt;
  do {
    ++m_last;
  } while (m_last == 0 || isInUse(m_last));  // [MQTT-2.3.1-2]; ends, because fewer than 65,535 are in use
  m_inUse.push_back(m_last);
  return m_last;
}

bool InFlightWindow::takeAgain(PacketId id) {
  if (id == 0 || full() || isInUse(id)) return false;
  m_inUse.push_back(id);
  return true;
}

bool InFlightWindow::release(PacketId id) {
  const auto found = std::find(m_inUse.begin(), m_inUse.end(), id);
  if (found == m_inUse.end()) return false;
  m_inUse.erase(found);
  return true;
}

}  // namespace carport::mqtt
