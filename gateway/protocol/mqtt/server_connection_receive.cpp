#include "gateway/protocol/mqtt/decode_errors.h"
#include "gateway/protocol/mqtt/encoder.h"
#include "gateway/protocol/mqtt/server_connection.h"

#include <algorithm>

/// What a ServerConnection does with each packet that comes.
namespace carport::mqtt {

namespace {

/// A client may be quiet for one and a half times what it promised [MQTT-3.1.2-22].
Milliseconds patienceFor(std::uint16_t keepAliveSeconds) {
  return Milliseconds(keepAliveSeconds * 1500);
}

}  // namespace

Result<void> ServerConnection::handleConnect(const Frame& frame) {
  const auto connect = decodeConnect(frame);
  if (!connect) {
    refuseBrokenConnect(frame, connect.error());
    return failFrom(connect);
  }
  takeWishes(*connect);
  m_state = State::awaitingDecision;
  if (connect->properties.text(PropertyId::authenticationMethod)) {  // §4.12: the server does not support it
    refuseConnect(ReasonCode::badAuthenticationMethod);
    return carport::fail(MqttErrc::badAuthenticationMethod);
  }
  m_handler.onConnect(*connect);
  return {};
}

void ServerConnection::takeWishes(const Connect& connect) {
  m_level = connect.level;
  m_patience = patienceFor(connect.keepAliveSeconds);
  m_reader.setMaxPacketBytes(m_options.maxPacketBytes);
  m_sessionExpirySeconds = connect.sessionExpirySeconds();
  if (!isV5()) return;
  m_reader.requireShortestLength();
  const Properties& wishes = connect.properties;
  const auto number = [&wishes](PropertyId id, std::uint32_t otherwise) {
    return wishes.number(id).value_or(otherwise);
  };
  m_maxSentBytes = number(PropertyId::maximumPacketSize, kMaxRemainingLength);
  m_inFlight.setCapacity(
      std::min<std::size_t>(m_options.inFlightWindow, number(PropertyId::receiveMaximum, 65'535)));  // [MQTT-3.3.4-9]
  m_wantsProblems = number(PropertyId::requestProblemInformation, 1) != 0;
  m_wantsResponse = number(PropertyId::requestResponseInformation, 0) != 0;
  const auto aliases = std::min<std::uint32_t>(m_options.maxAssignedAliases, number(PropertyId::topicAliasMaximum, 0));
  if (aliases > 0) m_assignedAliases = std::make_unique<AssignedAliases>(aliases);
}

void ServerConnection::refuseBrokenConnect(const Frame& frame, const Error& error) {
  const auto level = connectLevel(frame).value_or(0);
  if (level >= static_cast<std::uint8_t>(ProtocolLevel::v5)) {
    m_level = ProtocolLevel::v5;  // newer ones, too: they cannot have changed how a CONNACK begins
    m_state = State::awaitingDecision;
    return refuseConnect(reasonFor(error), error.message());
  }
  if (error.is(MqttErrc::unsupportedVersion) || error.is(MqttErrc::clientIdRejected)) {
    encode(Connack{false, reasonFor(error)}, m_output);  // [MQTT-3.1.2-2], [MQTT-3.1.3-9] of 3.1.1
  }
}

Result<void> ServerConnection::resolveAlias(Publish& publish) {
  if (publish.topicAlias == 0) return {};
  if (publish.topicAlias > m_options.topicAliasMaximum) {  // [MQTT-3.3.2-9]
    return carport::fail(MqttErrc::topicAliasInvalid, fmt::format("The client used the topic alias {}; there may be {}",
                                                                  publish.topicAlias, m_options.topicAliasMaximum));
  }
  if (!m_receivedAliases) m_receivedAliases = std::make_unique<ReceivedAliases>();
  if (!publish.topic.empty()) {
    m_receivedAliases->set(publish.topicAlias, publish.topic);
    return {};
  }
  publish.topic = m_receivedAliases->topic(publish.topicAlias);
  if (publish.topic.empty()) {
    return carport::fail(MqttErrc::protocolError,
                         fmt::format("The topic alias {} was not set up on this connection", publish.topicAlias));
  }
  return {};
}

Result<bool> ServerConnection::isNew(const Publish& publish) {
  if (publish.qos == Qos::exactlyOnce) {
    const auto stage = m_received.stageOf(publish.packetId);
    if (stage != ReceivedIds::Stage::unknown) {  // [MQTT-4.3.3-10]
      m_received.arrived(publish.packetId);
      if (stage == ReceivedIds::Stage::recorded) answer(Pubrec{publish.packetId}, {});
      return false;
    }
  }
  if (isV5() && m_unacknowledged + m_received.counted() >= m_options.receiveMaximum) {
    return carport::fail(MqttErrc::receiveMaximumExceeded,
                         fmt::format("The client sent more than {} messages without waiting for an acknowledgement",
                                     m_options.receiveMaximum));
  }
  if (publish.qos == Qos::exactlyOnce) {
    m_received.arrived(publish.packetId);
  } else {
    ++m_unacknowledged;
  }
  return true;
}

Result<void> ServerConnection::handlePublish(const Frame& frame) {
  auto publish = decodePublish(frame, m_level);
  if (!publish) return failFrom(publish);
  if (!publish->properties.empty()) {
    if (publish->properties.number(PropertyId::subscriptionIdentifier)) {  // [MQTT-3.3.4-6]
      return carport::fail(MqttErrc::protocolError, "PUBLISH: a client must not send a subscription identifier");
    }
    if (auto resolved = resolveAlias(*publish); !resolved) return resolved;
  }
  if (publish->qos != Qos::atMostOnce) {
    const auto fresh = isNew(*publish);
    if (!fresh) return failFrom(fresh);
    if (!*fresh) return {};
  }
  m_handler.onPublish(*publish);
  return {};
}

Result<void> ServerConnection::handleAcknowledgement(const Frame& frame) {
  const auto packet = decodeAcknowledgement(frame, m_level);
  if (!packet) return failFrom(packet);
  if (frame.type() == PacketType::pubrel) return handlePubrel(*packet);
  const auto awaiting = m_inFlight.find(packet->packetId);
  if (frame.type() == PacketType::pubrec) return handlePubrec(*packet);
  // An id that is not in use may belong to an earlier connection of the session: not an error.
  if (!awaiting) return {};
  const auto expected = frame.type() == PacketType::puback ? Awaiting::puback : Awaiting::pubcomp;
  if (*awaiting != expected) {
    return carport::fail(MqttErrc::protocolError,
                         fmt::format("The client sent {} for the packet {}, which does not wait for it",
                                     toText(frame.type()), packet->packetId));
  }
  m_inFlight.release(packet->packetId);
  if (expected == Awaiting::puback) {
    m_handler.onPuback({packet->packetId, packet->reason, packet->properties});
  } else {
    m_handler.onPubcomp({packet->packetId, packet->reason, packet->properties});
  }
  return {};
}

Result<void> ServerConnection::handlePubrec(const AnyAcknowledgement& pubrec) {
  const auto id = pubrec.packetId;
  const auto awaiting = m_inFlight.find(id);
  if (!awaiting) {
    // The client still holds the id of a message that is forgotten here: it may let go of it.
    if (!isFailure(pubrec.reason)) answer(Pubrel{id, ReasonCode::packetIdentifierNotFound}, {});
    return {};
  }
  switch (*awaiting) {
    case Awaiting::pubrec:
      if (isFailure(pubrec.reason)) {
        m_inFlight.release(id);  // §4.3.3: no PUBREL follows
      } else {
        m_inFlight.move(id, Awaiting::release);
      }
      m_handler.onPubrec({id, pubrec.reason, pubrec.properties});
      return {};
    case Awaiting::release:
      return {};  // PUBREL is on its way
    case Awaiting::pubcomp:
      answer(Pubrel{id}, {});
      return {};
    default:
      return carport::fail(MqttErrc::protocolError,
                           fmt::format("The client sent PUBREC for the packet {}, which is not of QoS 2", id));
  }
}

Result<void> ServerConnection::handlePubrel(const AnyAcknowledgement& pubrel) {
  const auto id = pubrel.packetId;
  switch (m_received.stageOf(id)) {
    case ReceivedIds::Stage::unknown:
      answer(Pubcomp{id, ReasonCode::packetIdentifierNotFound}, {});
      return {};
    case ReceivedIds::Stage::taken:
      return carport::fail(MqttErrc::protocolError,
                           fmt::format("The client sent PUBREL for the packet {} before it had PUBREC", id));
    case ReceivedIds::Stage::recorded:
      m_received.move(id, ReceivedIds::Stage::released);
      m_handler.onPubrel(id);
      return {};
    case ReceivedIds::Stage::released:
      return {};  // PUBCOMP is on its way
  }
  return {};
}

Result<void> ServerConnection::handleSubscribe(const Frame& frame) {
  DecodeScratch scratch;  // seldom used, so that quiet connections hold none
  const auto subscribe = decodeSubscribe(frame, scratch, m_level);
  if (!subscribe) return failFrom(subscribe);
  m_handler.onSubscribe(*subscribe);
  return {};
}

Result<void> ServerConnection::handleUnsubscribe(const Frame& frame) {
  DecodeScratch scratch;
  const auto unsubscribe = decodeUnsubscribe(frame, scratch, m_level);
  if (!unsubscribe) return failFrom(unsubscribe);
  m_handler.onUnsubscribe(*unsubscribe);
  return {};
}

Result<void> ServerConnection::handlePingreq(const Frame& frame) {
  if (auto checked = decodePing(frame); !checked) return checked;
  answer(Pingresp{}, {});  // [MQTT-3.12.4-1]
  return {};
}

Result<void> ServerConnection::handleDisconnect(const Frame& frame) {
  const auto disconnect = decodeDisconnect(frame, m_level);
  if (!disconnect) return failFrom(disconnect);
  const auto expiry = disconnect->properties.number(PropertyId::sessionExpiryInterval);
  if (expiry && *expiry != 0 && m_sessionExpirySeconds == 0) {  // §3.14.2.2.2
    return carport::fail(MqttErrc::protocolError,
                         "DISCONNECT: there is a session expiry interval, but CONNECT said that the session ends");
  }
  m_state = State::closed;
  m_handler.onDisconnect(*disconnect);
  return {};
}

Result<void> ServerConnection::handleAuth(const Frame& frame) {
  if (!isV5()) return refuseType(PacketType::auth);
  if (const auto auth = decodeAuth(frame); !auth) return failFrom(auth);
  // [MQTT-4.12.0-6]: whoever is connected named no authentication method.
  return carport::fail(MqttErrc::protocolError, "The client sent AUTH, but its CONNECT named no authentication method");
}

}  // namespace carport::mqtt
