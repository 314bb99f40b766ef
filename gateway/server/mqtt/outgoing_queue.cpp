#include "gateway/server/mqtt/outgoing_queue.h"

#include "gateway/domain/command_book.h"
#include "gateway/protocol/mqtt/mqtt_errc.h"
#include "gateway/server/mqtt/mqtt_connection.h"
#include "gateway/server/mqtt/mqtt_session.h"
#include "gateway/server/mqtt/mqtt_shard.h"
#include "gateway/server/mqtt/shard_core.h"
#include "gateway/server/mqtt/shared_group.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

namespace carport {

namespace {

/// What is left of a message's life, in whole seconds that have begun; at least 1, because a message that may still be
/// sent has not expired.
std::optional<std::uint32_t> secondsLeft(const MqttMessage& message, TimePoint now) {
  if (!message.expiresAt) return std::nullopt;
  const auto left = std::chrono::ceil<std::chrono::seconds>(*message.expiresAt - now).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(left, 1, UINT32_MAX));
}

}  // namespace

mqtt::OutgoingMessage OutgoingQueue::wire(const Outgoing& outgoing, TimePoint now) {
  const auto& message = *outgoing.message;
  mqtt::OutgoingMessage wire;
  wire.topic = message.topic;
  wire.payload = message.payload;
  wire.qos = outgoing.qos;
  wire.retain = outgoing.retain;
  wire.properties = {message.properties};
  wire.expirySeconds = secondsLeft(message, now);
  wire.subscriptionIds = outgoing.identifiers;
  return wire;
}

OutgoingQueue::~OutgoingQueue() {
  // Nobody is called: at the very end the other threads have gone already. Who waits looks again by itself.
  if (m_isSlow) slowCount().fetch_sub(1, std::memory_order_relaxed);
}

void OutgoingQueue::moveTo(ShardCore& core, std::string_view organisation) {
  m_core = &core;
  m_awaitedBatch = 0;  // another thread's journal counts its batches on its own
  if (!organisation.empty()) m_slowOfOrganisation = core.context.slowInOrganisations.of(organisation);
}

std::atomic<std::size_t>& OutgoingQueue::slowCount() const {
  return m_slowOfOrganisation ? *m_slowOfOrganisation : m_core->context.slowSubscribers;
}

bool OutgoingQueue::mustWaitForOthers() const {
  if (m_isSlow) return false;  // its acknowledgements are what the others wait for
  return m_core->context.slowSubscribers.load(std::memory_order_relaxed) > 0 ||
         (m_slowOfOrganisation && m_slowOfOrganisation->load(std::memory_order_relaxed) > 0);
}

bool OutgoingQueue::servesAFleet() const {
  return m_connection != nullptr && !m_connection->car;
}

std::size_t OutgoingQueue::windowLimit() const {
  const auto& limits = m_core->context.limits;
  return servesAFleet() ? limits.maxServiceInflight : limits.maxInflight;
}

void OutgoingQueue::setSlow(bool isSlow) {
  if (std::exchange(m_isSlow, isSlow) == isSlow) return;
  auto& context = m_core->context;
  if (isSlow) {
    m_lastTaken = m_core->steadyNow();
    slowCount().fetch_add(1, std::memory_order_relaxed);
  } else if (slowCount().fetch_sub(1, std::memory_order_relaxed) == 1) {
    for (MqttShard* shard : context.shards) shard->roomAgain();
  }
}

void OutgoingQueue::watchSlowness() {
  if (!servesAFleet()) return setSlow(false);
  const auto& limits = m_core->context.limits;
  const auto bytesFrom = limits.maxServiceQueueBytes / 8;
  if (m_queuedMessages >= limits.slowdownMessages || m_queuedBytes >= bytesFrom) return setSlow(true);
  if (m_queuedMessages <= limits.slowdownMessages / 2 && m_queuedBytes <= bytesFrom / 2) setSlow(false);
}

bool OutgoingQueue::isStuck(SteadyPoint now) const {
  return m_isSlow && now - m_lastTaken > m_core->context.limits.maxSlowdown;
}

void OutgoingQueue::detach() {
  m_readsOn = false;
  setSlow(false);
  m_connection = nullptr;
  // Commands that were not offered to this connection either are no longer open.
  m_inflight.eraseIf([](const Inflight& sent) { return sent.awaitsOffer; });
  m_inflightCommands = 0;
  m_awaitsResend = false;
  m_someReady = false;
  for (auto& sent : m_inflight) {
    sent.awaitsOffer = !sent.outgoing.commandId.empty();
    sent.awaitsResend = !sent.awaitsOffer;
    sent.isReady = false;
    if (sent.awaitsOffer) ++m_inflightCommands;
    m_awaitsResend = m_awaitsResend || sent.awaitsResend;
  }
  m_settledCommands.clear();
}

void OutgoingQueue::resume() {
  sendQueued();
  m_connection->writeLater();
}

bool OutgoingQueue::sendAgain(Inflight& inflight) {
  if (inflight.awaitsDisk) return false;
  auto& protocol = m_connection->protocol();
  if (inflight.state == OutgoingState::released) {
    protocol.sendPubrel(inflight.packetId);
    inflight.awaitsResend = false;
    return true;
  }
  const auto sent = protocol.resendPublish(inflight.packetId, wire(inflight.outgoing, m_core->now()));
  // Larger than this connection's client takes: as good as sent and acknowledged [MQTT-3.1.2-25].
  if (!sent) return sent.error().is(mqtt::MqttErrc::packetTooLarge);
  inflight.awaitsResend = false;
  return true;
}

bool OutgoingQueue::sendAgainWhatWaits() {
  if (!m_awaitsResend) return true;
  for (auto& inflight : m_inflight) {
    if (inflight.awaitsResend && !sendAgain(inflight)) return false;
  }
  const auto dropped = m_inflight.eraseIf([this](const Inflight& inflight) {
    if (inflight.awaitsResend) forgetRecord(inflight.outgoing);
    return inflight.awaitsResend;
  });
  MqttTally::count(m_core->context.tally.shedDeliveries, dropped);
  m_awaitsResend = false;
  return true;
}

bool OutgoingQueue::hasRoomToSend() const {
  return m_connection != nullptr && m_connection->isOpen() &&
         m_connection->waitingOutput() < m_core->context.limits.shedOutputBytes;
}

bool OutgoingQueue::isWindowOpen(mqtt::Qos qos) const {
  if (m_awaitsResend) return false;  // its packet ids must not be given to others
  return qos == mqtt::Qos::atMostOnce || m_inflight.size() - m_inflightCommands < windowLimit();
}

bool OutgoingQueue::takesNow(mqtt::Qos qos) const {
  if (!hasRoomToSend() || !m_queue.empty() || !isWindowOpen(qos)) return false;
  return qos == mqtt::Qos::atMostOnce || m_connection->protocol().inFlight() < m_connection->protocol().inFlightLimit();
}

bool OutgoingQueue::hasRoomFor(const MqttMessage& message) const {
  const auto& limits = m_core->context.limits;
  const auto mostMessages = servesAFleet() ? limits.maxServiceQueue : limits.maxQueuedMessages;
  const auto mostBytes = servesAFleet() ? limits.maxServiceQueueBytes : limits.maxQueuedBytes;
  return m_queuedMessages < mostMessages && m_queuedBytes + message.bytes() <= mostBytes;
}

auto OutgoingQueue::send(Outgoing& outgoing) -> Sending {
  const auto now = m_core->now();
  if (outgoing.message->hasExpired(now)) {
    forgetRecord(outgoing);
    return Sending::dropped;
  }
  const auto packetId = m_connection->protocol().sendPublish(wire(outgoing, now));
  if (!packetId) {
    if (!packetId.error().is(mqtt::MqttErrc::packetTooLarge)) return Sending::noRoom;
    // Dropped as if it had been sent [MQTT-3.1.2-25].
    MqttTally::count(m_core->context.tally.shedDeliveries);
    forgetRecord(outgoing);
    return Sending::dropped;
  }
  if (outgoing.qos != mqtt::Qos::atMostOnce) addInflight(*packetId, std::move(outgoing));
  MqttTally::count(m_core->context.tally.delivered);
  ++m_connection->figures.messagesOut;
  m_connection->writeLater();
  return Sending::sent;
}

auto OutgoingQueue::addInflight(mqtt::PacketId packetId, Outgoing outgoing) -> Inflight& {
  // A command of an earlier connection may have had this id; where it is offered again, it gets a new one.
  if (m_inflightCommands > 0) {
    m_inflightCommands -=
        m_inflight.eraseIf([&](const Inflight& sent) { return sent.awaitsOffer && sent.packetId == packetId; });
  }
  if (!outgoing.commandId.empty()) ++m_inflightCommands;
  if (isToBeRecorded(outgoing)) record(outgoing, OutgoingState::sent, packetId);
  m_inflight.push_back({packetId, std::move(outgoing)});
  return m_inflight[m_inflight.size() - 1];
}

auto OutgoingQueue::sendOrReserve(Outgoing& outgoing) -> Sending {
  const bool isReserved = m_session && outgoing.qos == mqtt::Qos::exactlyOnce;
  return isReserved ? reserve(outgoing) : send(outgoing);
}

OutgoingQueue::Delivery OutgoingQueue::deliver(Outgoing outgoing) {
  if (outgoing.sequence == 0) outgoing.sequence = ++m_lastSequence;
  if (outgoing.qos == mqtt::Qos::atMostOnce && !outgoing.isStored) {
    if (!hasRoomToSend()) return Delivery::shed;
    const auto sending = send(outgoing);
    if (sending == Sending::noRoom) return Delivery::shed;
    return sending == Sending::sent ? Delivery::sent : Delivery::dropped;
  }
  if (m_queue.empty() && isWindowOpen(outgoing.qos) && hasRoomToSend()) {
    const auto sending = sendOrReserve(outgoing);
    if (sending != Sending::noRoom) return sending == Sending::sent ? Delivery::sent : Delivery::dropped;
  }
  return keep(std::move(outgoing));
}

OutgoingQueue::Delivery OutgoingQueue::keep(Outgoing outgoing) {
  const auto& limits = m_core->context.limits;
  if (outgoing.isStored) {
    if (m_queue.size() >= limits.maxQueuedMessages + limits.maxRetained) return Delivery::overflow;
  } else {
    if (!hasRoomFor(*outgoing.message) && (!dropExpired() || !hasRoomFor(*outgoing.message))) return Delivery::overflow;
    ++m_queuedMessages;
    m_queuedBytes += outgoing.message->bytes();
    if (isToBeRecorded(outgoing)) record(outgoing, OutgoingState::queued, 0);
  }
  m_queue.push_back(std::move(outgoing));
  watchSlowness();
  return Delivery::queued;
}

bool OutgoingQueue::dropExpired() {
  const auto now = m_core->now();
  return m_queue.eraseIf([&](const Outgoing& waiting) {
    const bool expired = waiting.message->hasExpired(now);
    if (!expired) return false;
    forgetQueued(waiting);
    forgetRecord(waiting);
    return true;
  }) > 0;
}

void OutgoingQueue::forgetQueued(const Outgoing& outgoing) {
  if (outgoing.isStored) return;
  --m_queuedMessages;
  m_queuedBytes -= outgoing.message->bytes();
}

void OutgoingQueue::sendQueued() {
  if (!hasRoomToSend() || !sendAgainWhatWaits() || !sendReady()) return;
  for (int portions = 0; sendFromQueue() && !m_readers.empty(); ++portions) {
    if (portions == kPortionsAtOnce) return readOnLater();
    readPortion();
  }
  if (m_isSlow) watchSlowness();
}

bool OutgoingQueue::sendFromQueue() {
  while (!m_queue.empty() && isWindowOpen(m_queue.front().qos) && hasRoomToSend()) {
    auto& next = m_queue.front();
    const auto message = next.message;  // send() takes the rest away
    const bool isStored = next.isStored;
    if (sendOrReserve(next) == Sending::noRoom) return false;
    if (!isStored) {
      --m_queuedMessages;
      m_queuedBytes -= message->bytes();
    }
    m_queue.pop_front();
  }
  return m_queue.empty();
}

void OutgoingQueue::feed(RetainedReader reader) {
  endFeed(reader.filter());
  m_readers.push_back(std::move(reader));
  sendQueued();
}

void OutgoingQueue::endFeed(std::string_view filter) {
  std::erase_if(m_readers, [filter](const RetainedReader& reader) { return reader.filter() == filter; });
}

void OutgoingQueue::readPortion() {
  std::vector<Outgoing> portion;
  if (!m_readers.front().read(*m_core, portion)) m_readers.erase(m_readers.begin());
  for (auto& outgoing : portion) {
    outgoing.sequence = ++m_lastSequence;
    m_queue.push_back(std::move(outgoing));
  }
}

void OutgoingQueue::readOnLater() {
  if (std::exchange(m_readsOn, true)) return;
  m_core->io->postAnswer([connection = m_connection->shared_from_this()] {
    if (!connection->session) return;
    connection->session->outgoing().m_readsOn = false;
    connection->session->outgoing().sendQueued();
  });
}

OutgoingQueue::CommandDelivery OutgoingQueue::sendCommand(const MqttMessagePtr& message, mqtt::Qos qos,
                                                          const std::string& commandId) {
  const auto known = std::find_if(m_inflight.begin(), m_inflight.end(),
                                  [&](const Inflight& sent) { return sent.outgoing.commandId == commandId; });
  if (known != m_inflight.end()) return known->awaitsOffer ? sendCommandAgain(*known) : CommandDelivery::hadAlready;
  if (std::find(m_settledCommands.begin(), m_settledCommands.end(), commandId) != m_settledCommands.end())
    return CommandDelivery::hadAlready;
  Outgoing outgoing{message, qos};
  outgoing.commandId = commandId;
  outgoing.sequence = ++m_lastSequence;
  if (!hasRoomToSend() || m_awaitsResend || send(outgoing) != Sending::sent) return CommandDelivery::noRoom;
  if (qos == mqtt::Qos::atMostOnce) commandSettled(commandId);
  return CommandDelivery::sent;
}

OutgoingQueue::CommandDelivery OutgoingQueue::sendCommandAgain(Inflight& command) {
  if (!hasRoomToSend()) return CommandDelivery::noRoom;
  const auto sent = m_connection->protocol().resendPublish(command.packetId, wire(command.outgoing, m_core->now()));
  if (!sent) return CommandDelivery::noRoom;
  command.awaitsOffer = false;
  MqttTally::count(m_core->context.tally.delivered);
  ++m_connection->figures.messagesOut;
  m_connection->writeLater();
  return CommandDelivery::sent;
}

void OutgoingQueue::commandSettled(std::string commandId) {
  // No more can be open at once, so none that is forgotten here is offered again.
  if (m_settledCommands.size() >= CommandBook::kMaxOpenPerCar) m_settledCommands.pop_front();
  m_settledCommands.push_back(std::move(commandId));
}

auto OutgoingQueue::find(mqtt::PacketId packetId) -> FifoVector<Inflight>::iterator {
  return std::find_if(m_inflight.begin(), m_inflight.end(),
                      [packetId](const Inflight& inflight) { return inflight.packetId == packetId; });
}

OutgoingQueue::Settled OutgoingQueue::acknowledged(mqtt::PacketId packetId) {
  const auto sent = find(packetId);
  if (sent == m_inflight.end()) return {};
  if (m_isSlow) m_lastTaken = m_core->steadyNow();
  Settled settled{true, false, std::move(sent->outgoing.commandId)};
  if (!settled.commandId.empty()) {
    --m_inflightCommands;
    commandSettled(settled.commandId);
  }
  forgetRecord(sent->outgoing);
  m_inflight.erase(sent);
  sendQueued();
  return settled;
}

OutgoingQueue::Settled OutgoingQueue::received(mqtt::PacketId packetId, mqtt::ReasonCode reason) {
  if (mqtt::isFailure(reason)) return acknowledged(packetId);
  const auto sent = find(packetId);
  if (sent == m_inflight.end() || sent->outgoing.qos != mqtt::Qos::exactlyOnce) return {};
  const bool isRepeated = std::exchange(sent->state, OutgoingState::released) == OutgoingState::released;
  if (!sent->outgoing.isRecorded) {
    sent->outgoing.message.reset();  // the client has it
  } else if (!isRepeated) {
    record(sent->outgoing, OutgoingState::released, packetId);
    awaitDisk(*sent);
  }
  return {true, sent->awaitsDisk, {}};
}

std::vector<Outgoing> OutgoingQueue::takeShared() {
  const auto mayMove = [](const Inflight& sent) {
    return sent.outgoing.group && sent.outgoing.qos == mqtt::Qos::atLeastOnce;
  };
  const auto isShared = [](const Outgoing& waiting) { return waiting.group != nullptr; };
  std::vector<Outgoing> shared;
  for (const auto& sent : m_inflight) {
    if (mayMove(sent)) shared.push_back(sent.outgoing);
  }
  for (const auto& waiting : m_queue) {
    if (!isShared(waiting)) continue;
    forgetQueued(waiting);
    shared.push_back(waiting);
  }
  m_inflight.eraseIf(mayMove);
  m_queue.eraseIf(isShared);
  return shared;
}

}  // namespace carport
