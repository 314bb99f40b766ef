#include "gateway/protocol/mqtt/decode_errors.h"
#include "gateway/protocol/mqtt/encoder.h"
#include "gateway/protocol/mqtt/reason_text.h"
#include "gateway/protocol/mqtt/server_connection.h"

#include <algorithm>
#include <type_traits>
#include <utility>

/// What a ServerConnection sends.
namespace carport::mqtt {

namespace {

/// What CONNACK may say at most; what belongs elsewhere becomes the nearest.
ReasonCode forConnack(ReasonCode reason) {
  if (isFailure(reason) && isAllowed(reason, PacketType::connack)) return reason;
  return reason == ReasonCode::serverShuttingDown ? ReasonCode::serverUnavailable : ReasonCode::unspecifiedError;
}

/// What CONNACK and DISCONNECT say beside the reason code (MQTT 5.0 §3.2.2.3, §3.14.2.2).
std::string farewellProperties(std::string_view reasonString, std::string_view serverReference) {
  std::string properties;
  PropertyWriter writer(properties);
  if (!reasonString.empty()) writer.text(PropertyId::reasonString, reasonText(reasonString));
  if (!serverReference.empty()) writer.text(PropertyId::serverReference, serverReference);
  return properties;
}

}  // namespace

/// Appends the packet unless it is more than the client takes.
template <class Packet>
bool ServerConnection::append(Packet packet) {
  const auto before = m_output.size();
  if constexpr (std::is_same_v<Packet, Pingresp>) {
    encode(packet, m_output);
  } else {
    encode(packet, m_output, m_level);
  }
  if (m_output.size() - before <= m_maxSentBytes) return true;
  m_output.resize(before);  // [MQTT-3.1.2-24]
  return false;
}

/// An answer that must go out: where the client cannot even take it without its reason string, the connection ends.
template <class Packet>
void ServerConnection::answer(Packet packet, std::string_view reasonString) {
  if (m_state != State::connected) return;
  if constexpr (requires { packet.properties; }) {
    if (!reasonString.empty() && isV5() && m_wantsProblems) {  // [MQTT-3.1.2-29]
      std::string properties;
      PropertyWriter(properties).text(PropertyId::reasonString, reasonText(reasonString));
      packet.properties = {properties};
      if (append(packet)) return;
      packet.properties = {};  // [MQTT-3.4.2-2] and its like
    }
  }
  if (!append(packet)) m_answerTooLarge = true;
}

// Used where packets are received, too.
template void ServerConnection::answer(Pubrec, std::string_view);
template void ServerConnection::answer(Pubrel, std::string_view);
template void ServerConnection::answer(Pubcomp, std::string_view);
template void ServerConnection::answer(Pingresp, std::string_view);

bool ServerConnection::appendConnack(const Acceptance& acceptance, std::string_view reasonString) {
  std::string properties;
  PropertyWriter writer(properties);
  if (isV5()) {
    writer.number(PropertyId::receiveMaximum, m_options.receiveMaximum);
    writer.number(PropertyId::maximumPacketSize, static_cast<std::uint32_t>(m_options.maxPacketBytes));
    if (m_options.topicAliasMaximum > 0) writer.number(PropertyId::topicAliasMaximum, m_options.topicAliasMaximum);
    if (acceptance.sessionExpirySeconds) {
      writer.number(PropertyId::sessionExpiryInterval, *acceptance.sessionExpirySeconds);
    }
    if (acceptance.serverKeepAliveSeconds) {
      writer.number(PropertyId::serverKeepAlive, *acceptance.serverKeepAliveSeconds);
    }
    if (!acceptance.assignedClientId.empty()) {
      writer.text(PropertyId::assignedClientIdentifier, acceptance.assignedClientId);
    }
    if (!acceptance.responseInformation.empty() && m_wantsResponse) {
      writer.text(PropertyId::responseInformation, acceptance.responseInformation);
    }
    if (!reasonString.empty()) writer.text(PropertyId::reasonString, reasonText(reasonString));
  }
  return append(Connack{acceptance.sessionPresent, ReasonCode::success, {properties}});
}

void ServerConnection::acceptConnect(const Acceptance& acceptance, SteadyPoint now) {
  if (m_state != State::awaitingDecision) return;
  if (!appendConnack(acceptance, acceptance.reasonString) && !appendConnack(acceptance, {})) {  // [MQTT-3.2.2-19]
    return fail(Error(
        MqttErrc::packetTooLarge,
        fmt::format("The client takes packets of at most {} bytes, which CONNACK is larger than", m_maxSentBytes)));
  }
  if (isV5() && acceptance.serverKeepAliveSeconds) m_patience = Milliseconds(*acceptance.serverKeepAliveSeconds * 1500);
  for (const auto id : acceptance.unreleased) m_received.restore(id, ReceivedIds::Stage::recorded);
  for (const auto id : acceptance.unstored) m_received.restore(id, ReceivedIds::Stage::taken);
  m_state = State::connected;
  m_lastHeard = now;
  handOut(now);
}

void ServerConnection::refuseConnect(ReasonCode reason, std::string_view reasonString,
                                     std::string_view serverReference) {
  if (m_state != State::awaitingDecision) return;
  Connack connack{false, forConnack(reason)};  // [MQTT-3.2.2-6]
  const std::string properties = farewellProperties(reasonString, serverReference);
  connack.properties = {properties};
  if (!append(connack)) append(Connack{false, connack.reason});
  m_state = State::closed;  // [MQTT-3.2.2-7]
}

void ServerConnection::disconnect(ReasonCode reason, std::string_view reasonString, std::string_view serverReference) {
  if (m_state == State::awaitingDecision) {
    return refuseConnect(reason, reasonString, serverReference);  // [MQTT-3.14.0-1]
  }
  if (m_state == State::connected && isV5()) {
    const std::string properties = farewellProperties(reasonString, serverReference);
    if (!append(Disconnect{reason, {properties}})) append(Disconnect{reason});  // [MQTT-3.14.2-3]
  }
  m_state = State::closed;
}

void ServerConnection::fail(const Error& error) {
  if (m_state == State::connected) disconnect(reasonFor(error), error.message());  // [MQTT-4.13.1-1]
  m_state = State::closed;
  m_handler.onError(error);
}

Result<void> ServerConnection::checkRoom(std::size_t bytes) const {
  if (m_state != State::connected) return carport::fail(MqttErrc::notConnected);
  if (bytes > m_maxSentBytes) {  // [MQTT-3.1.2-24]
    return carport::fail(MqttErrc::packetTooLarge,
                         fmt::format("The message takes {} bytes; the client takes at most {}", bytes, m_maxSentBytes));
  }
  // A message that is larger than the limit alone may go when nothing else waits.
  if (!m_output.empty() && m_output.size() + bytes > m_options.maxOutputBytes) {
    return carport::fail(MqttErrc::outputFull);
  }
  return {};
}

Result<void> ServerConnection::takeId(Publish& publish, Id id) {
  if (publish.qos == Qos::atMostOnce) return {};
  const auto awaiting = publish.qos == Qos::exactlyOnce ? Awaiting::pubrec : Awaiting::puback;
  switch (id) {
    case Id::fresh: {
      const auto taken = m_inFlight.take(awaiting);
      if (!taken) return carport::fail(MqttErrc::windowFull);
      publish.packetId = *taken;
      return {};
    }
    case Id::again:
      if (!m_inFlight.takeAgain(publish.packetId, awaiting)) return carport::fail(MqttErrc::windowFull);
      return {};
    case Id::reserved:
      m_inFlight.move(publish.packetId, awaiting);
      return {};
  }
  return {};
}

Result<void> ServerConnection::put(Publish& publish, const OutgoingMessage& message, Id id) {
  PublishAdditions added;
  AssignedAliases::Use use;
  if (isV5()) {
    added.expirySeconds = message.expirySeconds;
    added.subscriptionIds = message.subscriptionIds;
    publish.properties = message.properties;
    if (m_assignedAliases) use = m_assignedAliases->find(message.topic);
    added.topicAlias = use.alias;
    if (use.alias != 0 && !use.isNew) publish.topic = {};
  }
  if (auto room = checkRoom(isV5() ? encodedBytes(publish, added) : encodedBytes(publish)); !room) return room;
  if (auto taken = takeId(publish, id); !taken) return taken;
  if (!isV5()) {
    encode(publish, m_output);
    return {};
  }
  encode(publish, added, m_output);
  if (use.isNew) m_assignedAliases->assign(message.topic);
  return {};
}

Result<PacketId> ServerConnection::sendPublish(const OutgoingMessage& message) {
  Publish publish{message.topic, message.payload, message.qos, message.retain};
  if (const auto sent = put(publish, message, Id::fresh); !sent) return failFrom(sent);
  return publish.packetId;
}

Result<void> ServerConnection::resendPublish(PacketId packetId, const OutgoingMessage& message) {
  const auto qos = std::max(message.qos, Qos::atLeastOnce);
  Publish publish{message.topic, message.payload, qos, message.retain, true, packetId};  // [MQTT-3.3.1-1]
  return put(publish, message, Id::again);
}

Result<PacketId> ServerConnection::reservePublish() {
  if (m_state != State::connected) return carport::fail(MqttErrc::notConnected);
  const auto id = m_inFlight.take(Awaiting::sending);
  if (!id) return carport::fail(MqttErrc::windowFull);
  return *id;
}

Result<void> ServerConnection::sendReserved(PacketId packetId, const OutgoingMessage& message) {
  if (m_inFlight.find(packetId) != Awaiting::sending) {
    return carport::fail(MqttErrc::protocolError, fmt::format("The packet id {} is not reserved", packetId));
  }
  const auto qos = std::max(message.qos, Qos::atLeastOnce);
  Publish publish{message.topic, message.payload, qos, message.retain, false, packetId};
  auto sent = put(publish, message, Id::reserved);
  if (!sent && sent.error().is(MqttErrc::packetTooLarge)) m_inFlight.release(packetId);
  return sent;
}

void ServerConnection::sendPubrel(PacketId packetId) {
  if (m_state != State::connected) return;
  const auto awaiting = m_inFlight.find(packetId);
  if (!awaiting) {
    if (!m_inFlight.restoreReleased(packetId)) return;
  } else if (*awaiting == Awaiting::release) {
    m_inFlight.move(packetId, Awaiting::pubcomp);
  } else if (*awaiting != Awaiting::pubcomp) {
    return;
  }
  answer(Pubrel{packetId}, {});
}

void ServerConnection::sendPuback(PacketId packetId, ReasonCode reason, std::string_view reasonString) {
  if (m_unacknowledged > 0) --m_unacknowledged;
  answer(Puback{packetId, reason}, reasonString);
}

void ServerConnection::sendPubrec(PacketId packetId, ReasonCode reason, std::string_view reasonString) {
  if (m_received.stageOf(packetId) != ReceivedIds::Stage::taken) return;
  if (isFailure(reason) && isV5()) {
    m_received.forget(packetId);  // §4.3.3: the sender ends here
  } else {
    m_received.move(packetId, ReceivedIds::Stage::recorded);
  }
  answer(Pubrec{packetId, reason}, reasonString);
}

void ServerConnection::sendPubcomp(PacketId packetId) {
  if (m_received.stageOf(packetId) != ReceivedIds::Stage::released) return;
  m_received.forget(packetId);
  answer(Pubcomp{packetId}, {});
}

void ServerConnection::sendSuback(PacketId packetId, std::span<const ReasonCode> codes, std::string_view reasonString) {
  answer(Suback{packetId, codes}, reasonString);
}

void ServerConnection::sendUnsuback(PacketId packetId, std::span<const ReasonCode> codes,
                                    std::string_view reasonString) {
  answer(Unsuback{packetId, codes}, reasonString);
}

}  // namespace carport::mqtt
