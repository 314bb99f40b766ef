#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>

namespace carport {

class MqttConnection;

/// Whose acknowledgement waits for a commit or for a hand-over. Without a connection: nobody's.
struct AckWaiter {
  std::shared_ptr<MqttConnection> connection;
  std::uint64_t ticket = 0;
};

/// The publishes of one connection that wait for the disk. Acknowledgements leave in the order of arrival
/// (MQTT 3.1.1 §4.6), whatever order the commits come back in. Owner: MqttConnection; its thread.
class AckQueue {
 public:
  /// A message of QoS 1 that is acknowledged once what it waits for has been done `waits` times; with 0 as soon as its
  /// turn comes.
  std::uint64_t add(std::uint16_t packetId, std::uint8_t waits) {
    m_entries.push_back({packetId, waits});
    return m_first + m_entries.size() - 1;
  }
  /// One thing that the message waited for is done.
  void complete(std::uint64_t ticket) {
    if (ticket >= m_first && ticket - m_first < m_entries.size()) {
      auto& entry = m_entries[ticket - m_first];
      if (entry.waits > 0) --entry.waits;
    }
  }
  /// Calls `acknowledge(packetId)` for all whose turn has come.
  template <class Acknowledge>
  void release(Acknowledge&& acknowledge) {
    while (!m_entries.empty() && m_entries.front().waits == 0) {
      acknowledge(m_entries.front().packetId);
      m_entries.pop_front();
      ++m_first;
    }
  }
  std::size_t size() const { return m_entries.size(); }

 private:
  struct Entry {
    std::uint16_t packetId;
    std::uint8_t waits;
  };
  std::deque<Entry> m_entries;
  std::uint64_t m_first = 1;  // ticket of the front entry
};

}  // namespace carport
