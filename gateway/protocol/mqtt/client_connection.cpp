#include "gateway/protocol/mqtt/client_connection.h"

#include "gateway/protocol/mqtt/decode_errors.h"

#include <algorithm>

namespace carport::mqtt {

void ClientHandler::onDisconnect(const Disconnect& disconnect) {
  onError(Error(MqttErrc::disconnectedByServer,
                fmt::format("The server ended the connection: {}", toText(disconnect.reason))));
}

ClientConnection::ClientConnection(const ConnectionOptions& options, ClientHandler& handler)
    : m_options(options), m_handler(handler), m_reader(options.maxPacketBytes), m_inFlight(options.inFlightWindow) {}

void ClientConnection::feed(std::string_view bytes, SteadyPoint) {
  if (m_state != State::connecting && m_state != State::connected) return;
  m_reader.feed(bytes);
  while (m_state == State::connecting || m_state == State::connected) {
    const auto frame = m_reader.next();
    if (!frame) return fail(frame.error());
    if (!*frame) return;
    if (const auto handled = handle(**frame); !handled) return fail(handled.error());
  }
}

Result<void> ClientConnection::handle(const Frame& frame) {
  const PacketType type = frame.type();
  if (m_state == State::connecting) {
    if (type == PacketType::connack) return handleConnack(frame);
    return carport::fail(MqttErrc::protocolError, "The server's first packet is not CONNACK");  // [MQTT-3.2.0-1]
  }
  switch (type) {
    case PacketType::publish:
      return handlePublish(frame);
    case PacketType::puback:
    case PacketType::pubrec:
    case PacketType::pubrel:
    case PacketType::pubcomp:
      return handleAcknowledgement(frame);
    case PacketType::suback:
      return handleSuback(frame);
    case PacketType::unsuback:
      return handleUnsuback(frame);
    case PacketType::pingresp:
      return handlePingresp(frame);
    case PacketType::disconnect:
      if (isV5()) return handleDisconnect(frame);
      break;
    default:
      break;
  }
  return carport::fail(MqttErrc::protocolError,
                       fmt::format("The server sent a packet of type {} ({}), which is not expected here",
                                   static_cast<int>(type), toText(type)));
}

Result<void> ClientConnection::handleConnack(const Frame& frame) {
  const auto connack = decodeConnack(frame, m_level);
  if (!connack) return failFrom(connack);
  m_replyDue.reset();
  m_state = isFailure(connack->reason) ? State::closed : State::connected;
  const auto& limits = connack->properties;
  m_maxSentBytes = limits.number(PropertyId::maximumPacketSize).value_or(kMaxRemainingLength);
  m_inFlight.setCapacity(
      std::min<std::size_t>(m_options.inFlightWindow, limits.number(PropertyId::receiveMaximum).value_or(65'535)));
  if (const auto keepAlive = limits.number(PropertyId::serverKeepAlive)) {
    m_keepAlive = std::chrono::seconds(*keepAlive);  // [MQTT-3.1.2-21]
  }
  m_handler.onConnack(*connack);
  return {};
}

Result<void> ClientConnection::resolveAlias(Publish& publish) {
  if (publish.topicAlias == 0) return {};
  if (publish.topicAlias > m_options.topicAliasMaximum) {
    return carport::fail(MqttErrc::topicAliasInvalid, fmt::format("The server used the topic alias {}; there may be {}",
                                                                  publish.topicAlias, m_options.topicAliasMaximum));
  }
  if (!m_receivedAliases) m_receivedAliases = std::make_unique<ReceivedAliases>();
  if (!publish.topic.empty()) {
    m_receivedAliases->set(publish.topicAlias, publish.topic);
    return {};
  }
  publish.topic = m_receivedAliases->topic(publish.topicAlias);
  if (!publish.topic.empty()) return {};
  return carport::fail(MqttErrc::protocolError,
                       fmt::format("The topic alias {} was not set up on this connection", publish.topicAlias));
}

Result<void> ClientConnection::handlePublish(const Frame& frame) {
  auto publish = decodePublish(frame, m_level);
  if (!publish) return failFrom(publish);
  if (auto resolved = resolveAlias(*publish); !resolved) return resolved;
  if (publish->qos == Qos::exactlyOnce) {
    const auto before = m_received.arrived(publish->packetId);
    if (before == ReceivedIds::Stage::recorded) encode(Pubrec{publish->packetId}, m_output, m_level);
    if (before != ReceivedIds::Stage::unknown) return {};  // [MQTT-4.3.3-10]
  }
  m_handler.onPublish(*publish);
  return {};
}

Result<void> ClientConnection::handleAcknowledgement(const Frame& frame) {
  const auto packet = decodeAcknowledgement(frame, m_level);
  if (!packet) return failFrom(packet);
  const auto awaiting = m_inFlight.find(packet->packetId);
  switch (frame.type()) {
    case PacketType::pubrel:
      handlePubrel(*packet);
      return {};
    case PacketType::pubrec:
      handlePubrec(*packet, awaiting);
      return {};
    case PacketType::pubcomp:
      if (awaiting != Awaiting::pubcomp) return {};
      m_inFlight.release(packet->packetId);
      m_handler.onPubcomp({packet->packetId, packet->reason, packet->properties});
      return {};
    default:
      if (awaiting != Awaiting::puback) return {};
      m_inFlight.release(packet->packetId);
      m_handler.onPuback({packet->packetId, packet->reason, packet->properties});
      return {};
  }
}

void ClientConnection::handlePubrec(const AnyAcknowledgement& pubrec, std::optional<Awaiting> awaiting) {
  const auto id = pubrec.packetId;
  const Pubrec packet{id, pubrec.reason, pubrec.properties};
  if (awaiting == Awaiting::pubrec && isFailure(pubrec.reason)) {
    m_inFlight.release(id);
    m_handler.onPubrec(packet);
  } else if (awaiting == Awaiting::pubrec || awaiting == Awaiting::pubcomp) {
    m_inFlight.move(id, Awaiting::pubcomp);
    encode(Pubrel{id}, m_output, m_level);  // [MQTT-4.3.3-4]
    if (awaiting == Awaiting::pubrec) m_handler.onPubrec(packet);
  } else if (!awaiting && !isFailure(pubrec.reason)) {
    encode(Pubrel{id, ReasonCode::packetIdentifierNotFound}, m_output, m_level);
  }
}

void ClientConnection::handlePubrel(const AnyAcknowledgement& pubrel) {
  const bool known = m_received.forget(pubrel.packetId);
  const auto reason = known ? ReasonCode::success : ReasonCode::packetIdentifierNotFound;
  encode(Pubcomp{pubrel.packetId, reason}, m_output, m_level);  // [MQTT-4.3.3-11]
}

Result<void> ClientConnection::handleSuback(const Frame& frame) {
  const auto suback = decodeSuback(frame, m_scratch, m_level);
  if (!suback) return failFrom(suback);
  if (m_inFlight.find(suback->packetId) != Awaiting::suback) return {};
  m_inFlight.release(suback->packetId);
  m_handler.onSuback(*suback);
  return {};
}

Result<void> ClientConnection::handleUnsuback(const Frame& frame) {
  const auto unsuback = decodeUnsuback(frame, m_scratch, m_level);
  if (!unsuback) return failFrom(unsuback);
  if (m_inFlight.find(unsuback->packetId) != Awaiting::unsuback) return {};
  m_inFlight.release(unsuback->packetId);
  m_handler.onUnsuback(*unsuback);
  return {};
}

Result<void> ClientConnection::handlePingresp(const Frame& frame) {
  if (auto checked = decodePing(frame); !checked) return checked;
  m_replyDue.reset();
  return {};
}

Result<void> ClientConnection::handleDisconnect(const Frame& frame) {
  const auto disconnect = decodeDisconnect(frame, m_level);
  if (!disconnect) return failFrom(disconnect);
  m_state = State::closed;
  m_handler.onDisconnect(*disconnect);
  return {};
}

std::optional<SteadyPoint> ClientConnection::nextDeadline() const {
  if (m_state == State::connecting) return m_replyDue;
  if (m_state != State::connected || m_keepAlive.count() == 0) return std::nullopt;
  const SteadyPoint pingDue = m_lastSent + m_keepAlive;
  return m_replyDue ? std::min(*m_replyDue, pingDue) : pingDue;
}

void ClientConnection::onTime(SteadyPoint now) {
  const auto deadline = nextDeadline();
  if (!deadline || now < *deadline) return;
  if (m_replyDue && now >= *m_replyDue) {
    return fail(Error(MqttErrc::keepAliveTimeout,
                      fmt::format("The server did not answer {} within {} ms",
                                  toText(m_state == State::connecting ? PacketType::connect : PacketType::pingreq),
                                  m_options.replyTimeout.count())));
  }
  encode(Pingreq{}, m_output);  // [MQTT-3.1.2-20]
  m_lastSent = now;
  if (!m_replyDue) m_replyDue = now + m_options.replyTimeout;
}

void ClientConnection::fail(const Error& error) {
  if (m_state == State::connected && isV5()) {
    auto reason = reasonFor(error);
    // Of those that a server may send some are not a client's to say (§3.14.2.1).
    if (!isAllowed(reason, PacketType::disconnect)) reason = ReasonCode::unspecifiedError;
    encode(Disconnect{reason}, m_output, m_level);
  }
  m_state = State::closed;
  m_handler.onError(error);
}

}  // namespace carport::mqtt
