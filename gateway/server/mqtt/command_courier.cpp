#include "gateway/server/mqtt/command_courier.h"

#include "gateway/domain/car_topics.h"
#include "gateway/domain/command_book.h"
#include "gateway/server/mqtt/fan_out.h"
#include "gateway/server/mqtt/mqtt_connection.h"
#include "gateway/server/mqtt/mqtt_session.h"
#include "gateway/server/mqtt/session_table.h"
#include "gateway/server/mqtt/shard_core.h"

#include <fmt/format.h>

#include <memory>

namespace carport {

namespace {

/// The command as MQTT carries it. A 5.0 client also finds its id, where to reply and how long it holds where MQTT has
/// places for them (MQTT 5.0 §4.10).
MqttMessagePtr commandMessage(const api::Command& command, const std::string& carId, std::uint8_t organisationBytes) {
  auto message = std::make_shared<MqttMessage>();
  message->topic = commandTopic(carId);
  message->payload = commandPayload(command);
  message->qos = static_cast<std::uint8_t>(mqtt::Qos::atLeastOnce);
  message->car = command.car;
  message->organisationBytes = organisationBytes;
  message->isCommand = true;
  message->expiresAt = command.expiresAt;
  mqtt::PropertyWriter(message->properties)
      .text(mqtt::PropertyId::responseTopic, commandReplyTopic(carId, command.id))
      .text(mqtt::PropertyId::correlationData, command.id);
  return message;
}

}  // namespace

void CommandCourier::ready(MqttSession& session) {
  if (!session.connection() || !session.commandQos()) return;
  const auto car = session.principal.number;
  m_ready[car] = session.key();
  m_core.context.directory.setCommandHome(car, m_core.index);
  m_core.context.parts.control.carReadyForCommands(car);
}

void CommandCourier::deliver(const api::Command& command, const std::string& carId) {
  const auto entry = m_ready.find(command.car);
  auto* session = entry == m_ready.end() ? nullptr : m_sessions.find(entry->second);
  if (!session || !session->connection()) return;
  const auto qos = session->commandQos();
  if (!qos || command.expiresAt <= m_core.now()) return;
  const auto message = commandMessage(command, carId, session->principal.organisationBytes);
  const auto delivery = session->outgoing().sendCommand(message, *qos, command.id);
  if (delivery == OutgoingQueue::CommandDelivery::sent) {
    m_core.context.parts.control.commandSent(command.car, command.id);
    const bool watched = m_core.context.listeners.load(std::memory_order_relaxed) > 0;
    if (watched && command.state == api::CommandState::queued) m_fanOut.enqueue(message, {});
  } else if (delivery == OutgoingQueue::CommandDelivery::noRoom) {
    m_core.warn("command " + carId,
                fmt::format("Command {} could not go out: {} does not read what it is sent; it goes out "
                            "when the car connects again",
                            command.id, carId));
  }
}

void CommandCourier::acknowledged(MqttSession& session, const std::string& commandId) {
  m_core.context.parts.control.commandReceived(session.principal.number, commandId);
}

void CommandCourier::forget(PrincipalNumber car, const ClientKey& key) {
  const auto entry = m_ready.find(car);
  if (entry != m_ready.end() && entry->second == key) m_ready.erase(entry);
}

}  // namespace carport
