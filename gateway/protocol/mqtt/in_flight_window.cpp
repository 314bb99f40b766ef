#include "gateway/protocol/mqtt/in_flight_window.h"

#include <algorithm>

namespace carport::mqtt {

std::optional<Awaiting> InFlightWindow::find(PacketId id) const {
  const auto found = std::find_if(m_inUse.begin(), m_inUse.end(), [id](const Entry& entry) { return entry.id == id; });
  return found == m_inUse.end() ? std::nullopt : std::optional(found->awaiting);
}

std::optional<PacketId> InFlightWindow::take(Awaiting awaiting) {
  if (full() || m_inUse.size() >= kMaxCapacity) return std::nullopt;
  do {
    ++m_last;
  } while (m_last == 0 || isInUse(m_last));  // [MQTT-2.2.1-3]; ends, because fewer than 65,535 are in use
  m_inUse.push_back({m_last, awaiting});
  return m_last;
}

bool InFlightWindow::takeAgain(PacketId id, Awaiting awaiting) {
  if (id == 0 || full() || isInUse(id)) return false;
  m_inUse.push_back({id, awaiting});
  return true;
}

bool InFlightWindow::restoreReleased(PacketId id) {
  if (id == 0 || m_inUse.size() >= kMaxCapacity || isInUse(id)) return false;
  m_inUse.push_back({id, Awaiting::pubcomp});
  return true;
}

void InFlightWindow::move(PacketId id, Awaiting awaiting) {
  const auto found = std::find_if(m_inUse.begin(), m_inUse.end(), [id](const Entry& entry) { return entry.id == id; });
  if (found != m_inUse.end()) found->awaiting = awaiting;
}

bool InFlightWindow::release(PacketId id) {
  const auto found = std::find_if(m_inUse.begin(), m_inUse.end(), [id](const Entry& entry) { return entry.id == id; });
  if (found == m_inUse.end()) return false;
  m_inUse.erase(found);
  return true;
}

}  // namespace carport::mqtt
