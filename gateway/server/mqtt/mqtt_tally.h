#pragma once

#include "gateway/base/sole_counter.h"
#include "gateway/server/links.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace carport {

/// What one I/O thread counts for each message and each read, by transport. Written by that thread, read by any.
struct ShardTraffic {
  struct OfTransport {
    SoleCounter opened, closed;  // connections
    std::array<SoleCounter, kMessageResults> messages;
    SoleCounter bytesReceived, bytesSent;
  };
  std::array<OfTransport, kMqttTransports> transports;
  std::array<SoleCounter, kMessageResults> doorMessages;  ///< those that came by other doors than MQTT

  OfTransport& of(MqttTransport transport) { return transports[static_cast<std::size_t>(transport)]; }
  void addTo(MqttCounters& counters) const {
    for (std::size_t i = 0; i < kMqttTransports; ++i) {
      const OfTransport& from = transports[i];
      TransportCounters& to = counters.transports[i];
      // In this order: one that has closed has opened before.
      const auto closed = from.closed.get();
      const auto opened = from.opened.get();
      to.accepted += opened;
      to.connections += opened - closed;
      for (std::size_t result = 0; result < kMessageResults; ++result)
        to.messages[result] += from.messages[result].get();
      to.bytesReceived += from.bytesReceived.get();
      to.bytesSent += from.bytesSent.get();
    }
    for (std::size_t result = 0; result < kMessageResults; ++result) {
      counters.doorMessages[result] += doorMessages[result].get();
    }
  }
};

/// The MQTT side's counters of what happens seldom, as all I/O threads count them. Any thread.
struct MqttTally {
  std::atomic<std::uint64_t> delivered = 0;
  std::atomic<std::uint64_t> shedWills = 0;
  std::atomic<std::uint64_t> shedDeliveries = 0;        ///< on the way out
  std::atomic<std::uint64_t> ineffective = 0;           ///< as MqttCounters::ineffectiveMessages
  std::atomic<std::uint64_t> forgottenConnections = 0;  ///< as MqttCounters::forgottenConnections
  std::array<std::atomic<std::uint64_t>, kConnectionRefusals> refusedConnections{};

  static void count(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) {
    counter.fetch_add(by, std::memory_order_relaxed);
  }
  void refuse(ConnectionRefusal why) { count(refusedConnections[static_cast<std::size_t>(why)]); }

  /// Adds what is counted here; `counters` has what the I/O threads count.
  void addTo(MqttCounters& counters) const {
    for (std::size_t why = 0; why < kConnectionRefusals; ++why) {
      counters.refusals[why] = refusedConnections[why].load(std::memory_order_relaxed);
      counters.refusedConnections += counters.refusals[why];
    }
    for (const TransportCounters& one : counters.transports) {
      const auto of = [&](MessageResult result) { return one.messages[static_cast<std::size_t>(result)]; };
      counters.connections += one.connections;
      for (const auto messages : one.messages) counters.messagesReceived += messages;
      counters.shedMessages += of(MessageResult::shed);
      counters.refusedMessages += of(MessageResult::denied) + of(MessageResult::unusable) + of(MessageResult::limited);
    }
    counters.forgottenConnections = forgottenConnections.load(std::memory_order_relaxed);
    counters.ineffectiveMessages = ineffective.load(std::memory_order_relaxed);
    counters.refusedMessages += counters.ineffectiveMessages;
    counters.shedMessages += shedWills.load(std::memory_order_relaxed);
    counters.messagesDelivered = delivered.load(std::memory_order_relaxed);
    counters.shedDeliveries = shedDeliveries.load(std::memory_order_relaxed);
  }
};

}  // namespace carport
