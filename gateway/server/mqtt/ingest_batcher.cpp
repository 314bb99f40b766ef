#include "gateway/server/mqtt/ingest_batcher.h"

#include "gateway/server/mqtt/fan_out.h"
#include "gateway/server/mqtt/mqtt_connection.h"
#include "gateway/server/mqtt/shard_core.h"

#include <fmt/format.h>

#include <utility>

namespace carport {

IngestBatcher::IngestBatcher(ShardCore& core, FanOut& fanOut)
    : m_core(core), m_fanOut(fanOut), m_retry(core.io->context()) {}

bool IngestBatcher::hasRoom() const {
  return m_samples->size() < kMaxBatchRows && m_sampleBytes < kMaxBatchBytes;
}

void IngestBatcher::added(std::size_t bytes, AckWaiter waiter, MqttMessagePtr message) {
  m_sampleBytes += bytes;
  if (waiter.sender) m_sampleCargo.waiters.push_back(std::move(waiter));
  if (message) m_sampleCargo.messages.push_back(std::move(message));
  m_core.scheduleTurnEnd();
}

void IngestBatcher::addEvent(api::Event event, std::size_t bytes, AckWaiter waiter, MqttMessagePtr message) {
  m_eventBytes += bytes;
  m_events.push_back(std::move(event));
  if (waiter.sender) m_eventCargo.waiters.push_back(std::move(waiter));
  if (message) m_eventCargo.messages.push_back(std::move(message));
  m_core.scheduleTurnEnd();
}

void IngestBatcher::flush() {
  const bool samplesTaken = flushSamples();
  const bool eventsTaken = flushEvents();
  if (!samplesTaken || !eventsTaken) retryLater();
}

bool IngestBatcher::flushSamples() {
  if (m_samples->empty() || m_sampleFlights >= kMaxInFlight) return true;
  const auto number = m_nextFlight;
  auto done = m_core.answerHere([this, number](const Result<void>& result) {
    --m_sampleFlights;
    finish(number, result ? std::string() : result.error().message(), {});
  });
  if (!m_core.context.parts.durableLog.appendSamples(m_samples, std::move(done))) return false;
  ++m_nextFlight;
  ++m_sampleFlights;
  auto next = std::make_shared<SampleBatch>();
  next->reserveAs(*m_samples);  // the next batch is about as large
  m_flights.emplace(number, Flight{std::exchange(m_samples, std::move(next)), {}, std::move(m_sampleCargo)});
  m_sampleCargo = {};
  m_sampleBytes = 0;
  return true;
}

bool IngestBatcher::flushEvents() {
  if (m_events.empty() || m_eventFlights >= kMaxInFlight) return true;
  const auto number = m_nextFlight;
  auto done = m_core.answerHere([this, number](const Result<std::vector<EventNumber>>& result) {
    --m_eventFlights;
    finish(number, result ? std::string() : result.error().message(), result ? *result : std::vector<EventNumber>());
  });
  if (!m_core.context.parts.durableLog.appendEvents(m_events, std::move(done))) return false;
  ++m_nextFlight;
  ++m_eventFlights;
  m_flights.emplace(number, Flight{nullptr, std::move(m_events), std::move(m_eventCargo)});
  m_events.clear();
  m_eventBytes = 0;
  m_eventCargo = {};
  return true;
}

void IngestBatcher::retryLater() {
  if (m_retrying) return;
  m_retrying = true;
  m_retry.expires_after(kRetryAfter);
  m_retry.async_wait([this](const boost::system::error_code& ec) {
    m_retrying = false;
    if (ec) return;
    flush();
    if (onRoom) onRoom();
  });
}

void IngestBatcher::finish(std::uint64_t number, const std::string& failure, const std::vector<EventNumber>& numbers) {
  const auto entry = m_flights.find(number);
  if (entry == m_flights.end()) return;
  auto flight = std::move(entry->second);
  m_flights.erase(entry);
  if (failure.empty()) {
    tellControl(flight, numbers);
    m_fanOut.enqueue(std::move(flight.cargo.messages), std::move(flight.cargo.waiters));
  } else {
    m_core.context.parts.log.error(fmt::format("{} messages could not be stored and are not acknowledged: {}",
                                               flight.samples ? flight.samples->size() : flight.events.size(),
                                               failure));
    // No acknowledgement: whoever sent with QoS 1 or 2 connects again and sends again.
    for (const auto& waiter : flight.cargo.waiters) {
      waiter.sender->notCommitted(waiter.ticket, "its messages could not be stored");
    }
  }
  flush();
  if (onRoom) onRoom();
}

void IngestBatcher::tellControl(Flight& flight, const std::vector<EventNumber>& numbers) {
  auto& control = m_core.context.parts.control;
  if (flight.samples) control.samplesCommitted(flight.samples);
  if (flight.events.empty()) return;
  for (std::size_t i = 0; i < flight.events.size() && i < numbers.size(); ++i) flight.events[i].number = numbers[i];
  control.eventsCommitted(std::move(flight.events));
}

}  // namespace carport
