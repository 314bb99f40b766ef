#include "gateway/protocol/mqtt/in_flight_window.h"

#include <utility>

namespace carport::mqtt {

namespace {
constexpr std::size_t kFirstPlaces = 8;
/// More places than these are given back when no id is in use.
constexpr std::size_t kKeptPlaces = 1024;
}  // namespace

const InFlightWindow::Entry* InFlightWindow::entryOf(PacketId id) const {
  if (id == 0 || m_places.empty()) return nullptr;
  const Entry& entry = m_places[id & (m_places.size() - 1)];
  return entry.id == id ? &entry : nullptr;
}

std::optional<Awaiting> InFlightWindow::find(PacketId id) const {
  const Entry* entry = entryOf(id);
  return entry ? std::optional(entry->awaiting) : std::nullopt;
}

void InFlightWindow::grow() {
  std::vector<Entry> places(m_places.empty() ? kFirstPlaces : m_places.size() * 2);
  for (const Entry& entry : m_places) {
    if (entry.id != 0) places[entry.id & (places.size() - 1)] = entry;  // what did not meet before does not meet now
  }
  m_places = std::move(places);
}

void InFlightWindow::put(PacketId id, Awaiting awaiting) {
  while (m_places.empty() || m_places[id & (m_places.size() - 1)].id != 0) grow();
  m_places[id & (m_places.size() - 1)] = {id, awaiting};
  ++m_size;
}

std::optional<PacketId> InFlightWindow::take(Awaiting awaiting) {
  if (full()) return std::nullopt;
  do {
    ++m_last;
  } while (m_last == 0 || entryOf(m_last));  // [MQTT-2.2.1-3]; ends, because fewer than 65,535 are in use
  put(m_last, awaiting);
  return m_last;
}

bool InFlightWindow::takeAgain(PacketId id, Awaiting awaiting) {
  if (id == 0 || full() || entryOf(id)) return false;
  put(id, awaiting);
  return true;
}

bool InFlightWindow::restoreReleased(PacketId id) {
  if (id == 0 || m_size >= kMaxCapacity || entryOf(id)) return false;
  put(id, Awaiting::pubcomp);
  return true;
}

void InFlightWindow::move(PacketId id, Awaiting awaiting) {
  if (entryOf(id)) m_places[id & (m_places.size() - 1)].awaiting = awaiting;
}

bool InFlightWindow::release(PacketId id) {
  if (!entryOf(id)) return false;
  m_places[id & (m_places.size() - 1)] = {};
  if (--m_size == 0 && m_places.size() > kKeptPlaces) m_places = {};
  return true;
}

}  // namespace carport::mqtt
