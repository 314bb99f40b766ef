// The part of OutgoingQueue that keeps a durable session's messages on disk.
#include "gateway/protocol/mqtt/mqtt_errc.h"
#include "gateway/server/mqtt/mqtt_connection.h"
#include "gateway/server/mqtt/outgoing_queue.h"
#include "gateway/server/mqtt/shard_core.h"

#include <algorithm>
#include <utility>

namespace carport {

bool OutgoingQueue::isToBeRecorded(const Outgoing& outgoing) const {
  if (!m_session || outgoing.qos == mqtt::Qos::atMostOnce) return false;
  return outgoing.commandId.empty();  // the control thread keeps those
}

void OutgoingQueue::record(Outgoing& outgoing, OutgoingState state, mqtt::PacketId packetId) {
  if (!m_session) return;
  auto& journal = m_core->journal;
  if (outgoing.isRecorded) return journal.move({m_session, outgoing.sequence, state, packetId});
  outgoing.isRecorded = true;
  const auto& message = *outgoing.message;
  std::optional<MessageOrigin> origin;
  if (message.packetId != 0 && outgoing.qos == mqtt::Qos::exactlyOnce) origin = {message.from, message.packetId};
  journal.put(m_session,
              {outgoing.sequence, m_core->storedForms.of(outgoing.message), static_cast<std::uint8_t>(outgoing.qos),
               outgoing.retain, state, packetId, outgoing.identifiers},
              origin);
}

void OutgoingQueue::forgetRecord(const Outgoing& outgoing) {
  if (outgoing.isRecorded && m_session) m_core->journal.remove(m_session, outgoing.sequence);
}

auto OutgoingQueue::reserve(Outgoing& outgoing) -> Sending {
  if (outgoing.message->hasExpired(m_core->now())) {
    forgetRecord(outgoing);
    return Sending::dropped;
  }
  const auto packetId = m_connection->protocol().reservePublish();
  if (!packetId) return Sending::noRoom;
  awaitDisk(addInflight(*packetId, std::move(outgoing)));
  return Sending::sent;
}

void OutgoingQueue::awaitDisk(Inflight& inflight) {
  auto& journal = m_core->journal;
  inflight.awaitsDisk = true;
  inflight.batch = journal.batch();
  if (m_awaitedBatch == inflight.batch) return;
  m_awaitedBatch = inflight.batch;
  if (!m_life) m_life = std::make_shared<const bool>(true);
  journal.whenCommitted([this, life = std::weak_ptr(m_life), batch = inflight.batch] {
    if (!life.expired()) written(batch);
  });
}

void OutgoingQueue::written(std::uint64_t batch) {
  for (auto& inflight : m_inflight) {
    if (!inflight.awaitsDisk || inflight.batch > batch) continue;
    inflight.awaitsDisk = false;
    inflight.isReady = m_connection != nullptr && !inflight.awaitsResend;
    m_someReady = m_someReady || inflight.isReady;
  }
  if (m_connection) sendQueued();
}

bool OutgoingQueue::sendReady() {
  if (!m_someReady) return true;
  bool all = true;
  for (auto inflight = m_inflight.begin(); inflight != m_inflight.end() && all; ++inflight) {
    if (inflight->isReady) all = tell(*inflight);
  }
  // Those that the client never takes.
  m_inflight.eraseIf([](const Inflight& inflight) { return inflight.packetId == 0; });
  m_someReady = !all;
  m_connection->writeLater();
  return all;
}

bool OutgoingQueue::tell(Inflight& inflight) {
  auto& protocol = m_connection->protocol();
  if (inflight.state == OutgoingState::released) {
    protocol.sendPubrel(inflight.packetId);
    inflight.isReady = false;
    return true;
  }
  const auto sent = protocol.sendReserved(inflight.packetId, wire(inflight.outgoing, m_core->now()));
  if (!sent && !sent.error().is(mqtt::MqttErrc::packetTooLarge)) return false;
  inflight.isReady = false;
  if (sent) {
    MqttTally::count(m_core->context.tally.delivered);
    return true;
  }
  // Dropped as if it had been sent [MQTT-3.1.2-25].
  MqttTally::count(m_core->context.tally.shedDeliveries);
  forgetRecord(inflight.outgoing);
  inflight.packetId = 0;
  return true;
}

void OutgoingQueue::restore(const StoredOutgoing& stored, MqttMessagePtr message) {
  Outgoing outgoing{std::move(message), static_cast<mqtt::Qos>(stored.qos), stored.retain};
  outgoing.identifiers = stored.identifiers;
  outgoing.sequence = stored.sequence;
  outgoing.isRecorded = true;
  m_lastSequence = std::max(m_lastSequence, stored.sequence);
  if (stored.state == OutgoingState::queued) {
    ++m_queuedMessages;
    m_queuedBytes += outgoing.message->bytes();
    return m_queue.push_back(std::move(outgoing));
  }
  Inflight inflight{stored.packetId, std::move(outgoing), stored.state};
  inflight.awaitsResend = m_awaitsResend = true;
  m_inflight.push_back(std::move(inflight));
}

void OutgoingQueue::recordAll() {
  const auto again = [this](Outgoing& outgoing, OutgoingState state, mqtt::PacketId packetId) {
    if (!std::exchange(outgoing.isRecorded, false)) return;
    record(outgoing, state, packetId);
  };
  for (auto& inflight : m_inflight) again(inflight.outgoing, inflight.state, inflight.packetId);
  for (auto& waiting : m_queue) again(waiting, OutgoingState::queued, 0);
}

}  // namespace carport
