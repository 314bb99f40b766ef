#include "gateway/server/mqtt/outgoing_queue.h"

#include "gateway/domain/command_book.h"
#include "gateway/protocol/mqtt/mqtt_errc.h"
#include "gateway/server/mqtt/mqtt_connection.h"
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

mqtt::OutgoingMessage wire(const Outgoing& outgoing, TimePoint now) {
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

}  // namespace

void OutgoingQueue::detach() {
  m_connection = nullptr;
  // Commands that were not offered to this connection either are no longer open.
  m_inflight.eraseIf([](const Inflight& sent) { return sent.awaitsOffer; });
  m_inflightCommands = 0;
  m_awaitsResend = false;
  for (auto& sent : m_inflight) {
    sent.awaitsOffer = !sent.outgoing.commandId.empty();
    sent.awaitsResend = !sent.awaitsOffer;
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
  const auto dropped = m_inflight.eraseIf([](const Inflight& inflight) { return inflight.awaitsResend; });
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
  return qos == mqtt::Qos::atMostOnce || m_inflight.size() - m_inflightCommands < m_core->context.limits.maxInflight;
}

bool OutgoingQueue::takesNow(mqtt::Qos qos) const {
  if (!hasRoomToSend() || !m_queue.empty() || !isWindowOpen(qos)) return false;
  return qos == mqtt::Qos::atMostOnce || m_connection->protocol().inFlight() < m_connection->protocol().inFlightLimit();
}

bool OutgoingQueue::hasRoomFor(const MqttMessage& message) const {
  const auto& limits = m_core->context.limits;
  return m_queuedMessages < limits.maxQueuedMessages && m_queuedBytes + message.bytes() <= limits.maxQueuedBytes;
}

auto OutgoingQueue::send(Outgoing& outgoing) -> Sending {
  const auto now = m_core->now();
  if (outgoing.message->hasExpired(now)) return Sending::dropped;
  const auto packetId = m_connection->protocol().sendPublish(wire(outgoing, now));
  if (!packetId) {
    if (!packetId.error().is(mqtt::MqttErrc::packetTooLarge)) return Sending::noRoom;
    // Dropped as if it had been sent [MQTT-3.1.2-25].
    MqttTally::count(m_core->context.tally.shedDeliveries);
    return Sending::dropped;
  }
  if (outgoing.qos != mqtt::Qos::atMostOnce) {
    // A command of an earlier connection may have had this id; where it is offered again, it gets a new one.
    m_inflightCommands -=
        m_inflight.eraseIf([&](const Inflight& sent) { return sent.awaitsOffer && sent.packetId == *packetId; });
    if (!outgoing.commandId.empty()) ++m_inflightCommands;
    m_inflight.push_back({*packetId, std::move(outgoing), OutgoingState::sent, false, false});
  }
  MqttTally::count(m_core->context.tally.delivered);
  m_connection->writeLater();
  return Sending::sent;
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
    const auto sending = send(outgoing);
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
  }
  m_queue.push_back(std::move(outgoing));
  return Delivery::queued;
}

bool OutgoingQueue::dropExpired() {
  const auto now = m_core->now();
  return m_queue.eraseIf([&](const Outgoing& waiting) {
    const bool expired = waiting.message->hasExpired(now);
    if (expired) forgetQueued(waiting);
    return expired;
  }) > 0;
}

void OutgoingQueue::forgetQueued(const Outgoing& outgoing) {
  if (outgoing.isStored) return;
  --m_queuedMessages;
  m_queuedBytes -= outgoing.message->bytes();
}

void OutgoingQueue::sendQueued() {
  if (!hasRoomToSend() || !sendAgainWhatWaits()) return;
  while (!m_queue.empty() && isWindowOpen(m_queue.front().qos) && hasRoomToSend()) {
    auto& next = m_queue.front();
    const auto message = next.message;  // send() takes the rest away
    const bool isStored = next.isStored;
    if (send(next) == Sending::noRoom) return;
    if (!isStored) {
      --m_queuedMessages;
      m_queuedBytes -= message->bytes();
    }
    m_queue.pop_front();
  }
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
  Settled settled{true, std::move(sent->outgoing.commandId)};
  if (!settled.commandId.empty()) {
    --m_inflightCommands;
    commandSettled(settled.commandId);
  }
  m_inflight.erase(sent);
  sendQueued();
  return settled;
}

OutgoingQueue::Settled OutgoingQueue::received(mqtt::PacketId packetId, mqtt::ReasonCode reason) {
  if (mqtt::isFailure(reason)) return acknowledged(packetId);
  const auto sent = find(packetId);
  if (sent == m_inflight.end() || sent->outgoing.qos != mqtt::Qos::exactlyOnce) return {};
  sent->state = OutgoingState::released;
  sent->outgoing.message.reset();  // the client has it
  return {true, {}};
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
