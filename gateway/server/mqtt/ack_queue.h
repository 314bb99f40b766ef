#pragma once

#include "gateway/protocol/mqtt/packets.h"
#include "gateway/server/mqtt/fifo_vector.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carport {

/// What a client is told about its publish.
struct Verdict {
  mqtt::ReasonCode reason = mqtt::ReasonCode::success;
  std::string text{};  ///< a sentence, sent where the client wants such; MQTT 5.0 only
};

/// Somebody who sent something and waits for its acknowledgement, by a number of its own for each message: a
/// connection, or a request that came by another door. Its I/O thread.
class AckReceiver {
 public:
  virtual ~AckReceiver() = default;
  /// One thing that the message waited for is done.
  virtual void committed(std::uint64_t ticket) = 0;
  /// Something else than success has come of the message; before committed().
  virtual void judge(std::uint64_t ticket, Verdict verdict) = 0;
  /// The message could not be kept, so it is never acknowledged.
  virtual void notCommitted(std::uint64_t ticket, const std::string& why) = 0;
};

/// Whose acknowledgement waits for a commit or for a hand-over. Without a sender: nobody's.
struct AckWaiter {
  std::shared_ptr<AckReceiver> sender;
  std::uint64_t ticket = 0;
};

/// The publishes of one connection that wait for the disk. Acknowledgements leave in the order of arrival
/// (MQTT 3.1.1 §4.6), whatever order the commits come back in. Owner: MqttConnection; its thread.
class AckQueue {
 public:
  struct Entry {
    mqtt::PacketId packetId = 0;
    std::uint8_t waits = 0;
    mqtt::Qos qos = mqtt::Qos::atLeastOnce;
    mqtt::ReasonCode reason = mqtt::ReasonCode::success;
    bool failed = false;      ///< never to be acknowledged
    bool isRecorded = false;  ///< its packet id goes to the disk before it is acknowledged
    /// ReceivedIds is told what has become of it. Of others it must not be asked: once it waits for nothing, another
    /// thread may have it.
    bool isRemembered = false;
  };

  /// A message of QoS 1 or 2 that is acknowledged once what it waits for has been done `waits` times; with 0 as soon as
  /// its turn comes.
  std::uint64_t add(mqtt::PacketId packetId, mqtt::Qos qos, std::uint8_t waits, bool isRecorded = false,
                    bool isRemembered = false) {
    const auto recording = static_cast<std::uint8_t>(isRecorded ? 1 : 0);
    m_entries.push_back({packetId, static_cast<std::uint8_t>(waits + recording), qos, mqtt::ReasonCode::success, false,
                         isRecorded, isRemembered});
    return m_first + m_entries.size() - 1;
  }
  /// What its acknowledgement will say.
  void judge(std::uint64_t ticket, Verdict verdict) {
    auto* entry = find(ticket);
    if (!entry) return;
    entry->reason = verdict.reason;
    if (!verdict.text.empty()) m_texts.emplace_back(ticket, std::move(verdict.text));
  }
  /// One thing that the message waited for is done. True where only its packet id is still to be written down.
  bool complete(std::uint64_t ticket) {
    auto* entry = find(ticket);
    if (!entry || entry->waits == 0) return false;
    --entry->waits;
    return entry->isRecorded && entry->waits == 1;
  }
  /// The packet id that is to be written down now; complete() tells that it has been. None where it need not be: a
  /// failure that a 5.0 client is told of frees it (`tellsFailures`).
  std::optional<mqtt::PacketId> beginRecord(std::uint64_t ticket, bool tellsFailures) {
    auto* entry = find(ticket);
    if (!entry) return std::nullopt;
    entry->isRecorded = false;
    if (!tellsFailures || !mqtt::isFailure(entry->reason)) return entry->packetId;
    entry->waits = 0;
    return std::nullopt;
  }
  /// The message could not be kept: it is not acknowledged.
  void fail(std::uint64_t ticket) {
    if (auto* entry = find(ticket)) {
      entry->failed = true;
      entry->waits = 0;
    }
  }
  /// Calls `settle(const Entry&, std::string_view text)` for all whose turn has come.
  template <class Settle>
  void release(Settle&& settle) {
    while (!m_entries.empty() && m_entries.front().waits == 0) {
      const Entry entry = m_entries.front();
      const std::string text = m_texts.empty() ? std::string() : takeText(m_first);
      m_entries.pop_front();
      ++m_first;
      settle(entry, std::string_view(text));
    }
  }
  std::size_t size() const { return m_entries.size(); }

 private:
  Entry* find(std::uint64_t ticket) {
    return ticket >= m_first && ticket - m_first < m_entries.size() ? &m_entries[ticket - m_first] : nullptr;
  }
  std::string takeText(std::uint64_t ticket) {
    const auto found =
        std::find_if(m_texts.begin(), m_texts.end(), [ticket](const auto& text) { return text.first == ticket; });
    if (found == m_texts.end()) return {};
    auto text = std::move(found->second);
    m_texts.erase(found);
    return text;
  }

  FifoVector<Entry> m_entries;
  std::uint64_t m_first = 1;                                   // ticket of the front entry
  std::vector<std::pair<std::uint64_t, std::string>> m_texts;  // by ticket; seldom any
};

}  // namespace carport
