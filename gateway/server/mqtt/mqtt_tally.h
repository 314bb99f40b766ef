#pragma once

#include "gateway/server/links.h"

#include <atomic>
#include <cstdint>

namespace carport {

/// The MQTT side's counters, as all I/O threads count them. Any thread.
struct MqttTally {
  std::atomic<std::uint64_t> connections = 0;
  std::atomic<std::uint64_t> received = 0;
  std::atomic<std::uint64_t> delivered = 0;
  std::atomic<std::uint64_t> shed = 0;            ///< on the way in
  std::atomic<std::uint64_t> shedDeliveries = 0;  ///< on the way out
  std::atomic<std::uint64_t> refused = 0;
  std::atomic<std::uint64_t> refusedConnections = 0;

  static void count(std::atomic<std::uint64_t>& counter, std::uint64_t by = 1) {
    counter.fetch_add(by, std::memory_order_relaxed);
  }
  MqttCounters read() const {
    MqttCounters counters;
    counters.connections = connections.load(std::memory_order_relaxed);
    counters.messagesReceived = received.load(std::memory_order_relaxed);
    counters.messagesDelivered = delivered.load(std::memory_order_relaxed);
    counters.shedMessages = shed.load(std::memory_order_relaxed);
    counters.shedDeliveries = shedDeliveries.load(std::memory_order_relaxed);
    counters.refusedMessages = refused.load(std::memory_order_relaxed);
    counters.refusedConnections = refusedConnections.load(std::memory_order_relaxed);
    return counters;
  }
};

}  // namespace carport
