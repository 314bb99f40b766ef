#pragma once

#include "gateway/api/event.h"
#include "gateway/api/sample.h"
#include "gateway/server/mqtt/ack_queue.h"
#include "gateway/server/mqtt/mqtt_message.h"

#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace carport {

class FanOut;
class ShardCore;

/// What the clients of one I/O thread sent, on its way to the disk: collects a turn's messages into one batch, gives it
/// to the storage, and acknowledges and passes on once it is committed. At most kMaxInFlight batches are with the
/// storage; meanwhile the next one grows, so that batches are as large as the load is high. Owner: MqttShard; its
/// thread.
class IngestBatcher {
 public:
  /// More than there are turns while the storage gathers one commit: what comes meanwhile is still in it.
  static constexpr std::size_t kMaxInFlight = 16;
  /// A batch beyond one of these takes nothing more: senders of QoS 1 wait, messages of QoS 0 are shed.
  static constexpr std::size_t kMaxBatchRows = 20'000;
  static constexpr std::size_t kMaxBatchBytes = 16 * 1024 * 1024;
  static constexpr std::size_t kMaxBatchEvents = 1'000;
  /// After the storage's queue was full.
  static constexpr std::chrono::milliseconds kRetryAfter{5};

  IngestBatcher(ShardCore& core, FanOut& fanOut);

  bool hasRoom() const;
  bool hasRoomForEvent() const { return m_events.size() < kMaxBatchEvents && m_eventBytes < kMaxBatchBytes; }
  /// Decoders append here; tell with added() what came of it.
  SampleBatch& samples() { return *m_samples; }
  /// A message of so many bytes (topic and payload) has been appended to samples(). `message` goes to subscribers after
  /// the commit; null: nobody listens.
  void added(std::size_t bytes, AckWaiter waiter, MqttMessagePtr message);
  void addEvent(api::Event event, std::size_t bytes, AckWaiter waiter, MqttMessagePtr message);

  /// Gives the storage what there is, where it may have more.
  void flush();
  /// Nothing is waiting or with the storage.
  bool isIdle() const { return m_samples->empty() && m_events.empty() && m_flights.empty(); }

  /// Called after a commit: there may be room again.
  std::function<void()> onRoom;

 private:
  struct Cargo {
    std::vector<AckWaiter> waiters;
    std::vector<MqttMessagePtr> messages;
  };
  struct Flight {
    std::shared_ptr<const SampleBatch> samples;
    std::vector<api::Event> events;
    Cargo cargo;
  };

  bool flushSamples();
  bool flushEvents();
  void finish(std::uint64_t number, const std::string& failure, const std::vector<EventNumber>& numbers);
  void tellControl(Flight& flight, const std::vector<EventNumber>& numbers);
  void retryLater();

  ShardCore& m_core;
  FanOut& m_fanOut;
  boost::asio::steady_timer m_retry;
  bool m_retrying = false;
  std::shared_ptr<SampleBatch> m_samples = std::make_shared<SampleBatch>();
  std::size_t m_sampleBytes = 0;
  Cargo m_sampleCargo;
  std::vector<api::Event> m_events;
  std::size_t m_eventBytes = 0;
  Cargo m_eventCargo;
  std::unordered_map<std::uint64_t, Flight> m_flights;
  std::size_t m_sampleFlights = 0;
  std::size_t m_eventFlights = 0;
  std::uint64_t m_nextFlight = 1;
};

}  // namespace carport
