#pragma once

#include "gateway/protocol/mqtt/packets.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace carport {

/// The packet ids under which a client has published in QoS 2 and which it has not released yet (MQTT 5.0 §4.3.3), for
/// the next connection of its session. Shared by the session and the connection on which the messages came, which may
/// be gone when they are on disk. One thread.
class ReceivedIds {
 public:
  /// A new message came under this id; its PUBREC waits for the disk.
  void begin(mqtt::PacketId packetId) {
    const auto place = find(packetId);
    if (place != m_entries.end() && place->packetId == packetId) return;
    m_entries.insert(place, {packetId, true});
    ++m_pending;
  }
  /// It is on disk.
  void stored(mqtt::PacketId packetId) {
    const auto place = find(packetId);
    if (place == m_entries.end() || place->packetId != packetId || !place->isPending) return;
    place->isPending = false;
    settled();
  }
  /// It was not taken: the client may use the id for something else, or try again.
  void failed(mqtt::PacketId packetId) {
    const auto place = find(packetId);
    if (place == m_entries.end() || place->packetId != packetId || !place->isPending) return;
    m_entries.erase(place);
    settled();
  }
  /// PUBREL, or an id that is free for another reason. False where it was not here.
  bool release(mqtt::PacketId packetId) {
    const auto place = find(packetId);
    if (place == m_entries.end() || place->packetId != packetId || place->isPending) return false;
    m_entries.erase(place);
    return true;
  }
  /// One that an earlier run of the gateway has left behind.
  void restore(mqtt::PacketId packetId) {
    begin(packetId);
    stored(packetId);
  }

  /// Those that are on disk and not released.
  std::vector<mqtt::PacketId> unreleased() const {
    std::vector<mqtt::PacketId> ids;
    for (const auto& entry : m_entries) {
      if (!entry.isPending) ids.push_back(entry.packetId);
    }
    return ids;
  }
  /// Nothing is on its way to the disk.
  bool isSettled() const { return m_pending == 0; }
  /// Called once, when the last one that was on its way has arrived or failed.
  std::function<void()> onSettled;

 private:
  struct Entry {
    mqtt::PacketId packetId = 0;
    bool isPending = false;
  };

  std::vector<Entry>::iterator find(mqtt::PacketId packetId) {
    return std::lower_bound(m_entries.begin(), m_entries.end(), packetId,
                            [](const Entry& entry, mqtt::PacketId id) { return entry.packetId < id; });
  }
  void settled() {
    if (--m_pending > 0 || !onSettled) return;
    std::exchange(onSettled, nullptr)();
  }

  std::vector<Entry> m_entries;  // by id: clients count upwards, so a new one goes to the end
  std::size_t m_pending = 0;
};

}  // namespace carport
