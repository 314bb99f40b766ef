#include "gateway/server/mqtt/mqtt_session.h"

#include "gateway/domain/car_topics.h"
#include "gateway/domain/command_book.h"
#include "gateway/protocol/mqtt/topic.h"
#include "gateway/server/mqtt/mqtt_connection.h"
#include "gateway/server/mqtt/shard_core.h"

#include <algorithm>
#include <utility>

namespace carport {

namespace {

std::size_t bytesOf(const MqttMessage& message) {
  return message.topic.size() + message.payload.size();
}

mqtt::OutgoingMessage wire(const MqttMessage& message, mqtt::Qos qos, bool retain) {
  return {message.topic, message.payload, qos, retain};
}

}  // namespace

void MqttSession::moveTo(ShardCore& core) {
  m_core = &core;
  access = {};  // another shard's gate counts its epochs on its own
}

void MqttSession::detach(SteadyPoint now) {
  m_connection = nullptr;
  awaySince = now;
  // Those that were not offered to this connection either are no longer open.
  std::erase_if(m_inflight, [](const Inflight& sent) { return sent.awaitsOffer; });
  m_inflightCommands = 0;
  for (auto& sent : m_inflight) {
    sent.awaitsOffer = !sent.outgoing.commandId.empty();
    if (sent.awaitsOffer) ++m_inflightCommands;
  }
  m_settledCommands.clear();
}

void MqttSession::resume() {
  for (const auto& sent : m_inflight) {
    if (sent.awaitsOffer) continue;
    const auto& message = *sent.outgoing.message;
    // Fails only where the connection is ending already; the message stays for the next one.
    (void)m_connection->protocol().resendPublish(sent.packetId,
                                                 wire(message, mqtt::Qos::atLeastOnce, sent.outgoing.retain));
  }
  sendQueued();
  m_connection->writeLater();
}

void MqttSession::subscribe(std::string_view filter, mqtt::Qos qos) {
  m_subscriptions.insert_or_assign(std::string(filter), qos);
}

bool MqttSession::unsubscribe(std::string_view filter) {
  const auto entry = m_subscriptions.find(filter);
  if (entry == m_subscriptions.end()) return false;
  m_subscriptions.erase(entry);
  return true;
}

std::optional<mqtt::Qos> MqttSession::commandQos() const {
  if (principal.type != api::PrincipalType::device || m_subscriptions.empty()) return std::nullopt;
  const auto topic = commandTopic(principal.id);
  std::optional<mqtt::Qos> best;
  for (const auto& [filter, qos] : m_subscriptions) {
    if (mqtt::matches(filter, topic)) best = std::max(best.value_or(mqtt::Qos::atMostOnce), qos);
  }
  return best;
}

bool MqttSession::hasRoomToSend() const {
  return m_connection != nullptr && m_connection->isOpen() &&
         m_connection->waitingOutput() < m_core->context.limits.shedOutputBytes;
}

bool MqttSession::isWindowOpen(mqtt::Qos qos) const {
  return qos == mqtt::Qos::atMostOnce || m_inflight.size() - m_inflightCommands < m_core->context.limits.maxInflight;
}

bool MqttSession::send(Outgoing outgoing) {
  const auto packetId = m_connection->protocol().sendPublish(wire(*outgoing.message, outgoing.qos, outgoing.retain));
  if (!packetId) return false;
  if (outgoing.qos != mqtt::Qos::atMostOnce) {
    // A command of an earlier connection may have had this id; where it is offered again, it gets a new one.
    m_inflightCommands -=
        std::erase_if(m_inflight, [&](const Inflight& sent) { return sent.awaitsOffer && sent.packetId == *packetId; });
    if (!outgoing.commandId.empty()) ++m_inflightCommands;
    m_inflight.push_back({*packetId, std::move(outgoing)});
  }
  MqttTally::count(m_core->context.tally.delivered);
  m_connection->writeLater();
  return true;
}

MqttSession::Delivery MqttSession::deliver(const MqttMessagePtr& message, mqtt::Qos qos, bool retain) {
  Outgoing outgoing{message, qos, retain, {}};
  if (qos == mqtt::Qos::atMostOnce && !retain) {
    return hasRoomToSend() && send(std::move(outgoing)) ? Delivery::sent : Delivery::shed;
  }
  if (m_queue.empty() && isWindowOpen(qos) && hasRoomToSend() && send(outgoing)) return Delivery::sent;
  return keep(std::move(outgoing));
}

MqttSession::Delivery MqttSession::keep(Outgoing outgoing) {
  const auto& limits = m_core->context.limits;
  if (outgoing.retain) {
    if (m_queue.size() >= limits.maxQueuedMessages + limits.maxRetained) return Delivery::overflow;
  } else {
    const auto bytes = bytesOf(*outgoing.message);
    if (m_queuedMessages >= limits.maxQueuedMessages || m_queuedBytes + bytes > limits.maxQueuedBytes) {
      return Delivery::overflow;
    }
    ++m_queuedMessages;
    m_queuedBytes += bytes;
  }
  m_queue.push_back(std::move(outgoing));
  return Delivery::queued;
}

void MqttSession::sendQueued() {
  while (!m_queue.empty() && isWindowOpen(m_queue.front().qos) && hasRoomToSend()) {
    const auto& next = m_queue.front();
    if (!send(next)) return;
    if (!next.retain) {
      --m_queuedMessages;
      m_queuedBytes -= bytesOf(*next.message);
    }
    m_queue.pop_front();
  }
}

MqttSession::CommandDelivery MqttSession::sendCommand(const MqttMessagePtr& message, mqtt::Qos qos,
                                                      const std::string& commandId) {
  const auto known = std::find_if(m_inflight.begin(), m_inflight.end(),
                                  [&](const Inflight& sent) { return sent.outgoing.commandId == commandId; });
  if (known != m_inflight.end()) return known->awaitsOffer ? sendCommandAgain(*known) : CommandDelivery::hadAlready;
  if (std::find(m_settledCommands.begin(), m_settledCommands.end(), commandId) != m_settledCommands.end())
    return CommandDelivery::hadAlready;
  if (!hasRoomToSend() || !send({message, qos, false, commandId})) return CommandDelivery::noRoom;
  if (qos == mqtt::Qos::atMostOnce) commandSettled(commandId);
  return CommandDelivery::sent;
}

MqttSession::CommandDelivery MqttSession::sendCommandAgain(Inflight& command) {
  const auto& outgoing = command.outgoing;
  if (!hasRoomToSend()) return CommandDelivery::noRoom;
  const auto sent =
      m_connection->protocol().resendPublish(command.packetId, wire(*outgoing.message, outgoing.qos, outgoing.retain));
  if (!sent) return CommandDelivery::noRoom;
  command.awaitsOffer = false;
  MqttTally::count(m_core->context.tally.delivered);
  m_connection->writeLater();
  return CommandDelivery::sent;
}

void MqttSession::commandSettled(std::string commandId) {
  // No more can be open at once, so none that is forgotten here is offered again.
  if (m_settledCommands.size() >= CommandBook::kMaxOpenPerCar) m_settledCommands.pop_front();
  m_settledCommands.push_back(std::move(commandId));
}

std::optional<std::string> MqttSession::acknowledged(mqtt::PacketId packetId) {
  const auto sent = std::find_if(m_inflight.begin(), m_inflight.end(),
                                 [&](const Inflight& inflight) { return inflight.packetId == packetId; });
  if (sent == m_inflight.end()) return std::nullopt;
  auto commandId = std::move(sent->outgoing.commandId);
  m_inflight.erase(sent);
  if (!commandId.empty()) {
    --m_inflightCommands;
    commandSettled(commandId);
  }
  sendQueued();
  return commandId.empty() ? std::nullopt : std::optional(std::move(commandId));
}

}  // namespace carport
