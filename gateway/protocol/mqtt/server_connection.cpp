#include "gateway/protocol/mqtt/server_connection.h"

#include "gateway/protocol/mqtt/decode_errors.h"

#include <algorithm>

namespace carport::mqtt {

ServerConnection::ServerConnection(const ConnectionOptions& options, ServerHandler& handler, SteadyPoint now)
    : m_options(options),
      m_handler(handler),
      m_reader(std::min(options.maxConnectBytes, options.maxPacketBytes)),
      m_inFlight(options.inFlightWindow),
      m_lastHeard(now),
      m_patience(options.connectTimeout) {}

void ServerConnection::feed(std::string_view bytes, SteadyPoint now) {
  if (m_state == State::closed) return;
  m_reader.feed(bytes);
  handOut(now);
}

bool ServerConnection::handsOut() const {
  return !m_paused && (m_state == State::awaitingConnect || m_state == State::connected);
}

void ServerConnection::handOut(SteadyPoint now) {
  if (m_handingOut) return;
  m_handingOut = true;
  while (handsOut()) {
    const auto frame = m_reader.next();
    if (!frame) {
      fail(frame.error());
      break;
    }
    if (!*frame) break;
    m_lastHeard = now;
    if (const auto handled = handle(**frame); !handled) fail(handled.error());
  }
  if (m_state != State::closed) m_reader.keepRest();
  m_handingOut = false;
}

Result<void> ServerConnection::handle(const Frame& frame) {
  const PacketType type = frame.type();
  if (m_state == State::awaitingConnect) {
    if (type == PacketType::connect) return handleConnect(frame);
    return carport::fail(MqttErrc::protocolError, "The first packet is not CONNECT");  // [MQTT-3.1.0-1]
  }
  switch (type) {
    case PacketType::publish:
      return handlePublish(frame);
    case PacketType::puback:
    case PacketType::pubrec:
    case PacketType::pubrel:
    case PacketType::pubcomp:
      return handleAcknowledgement(frame);
    case PacketType::subscribe:
      return handleSubscribe(frame);
    case PacketType::unsubscribe:
      return handleUnsubscribe(frame);
    case PacketType::pingreq:
      return handlePingreq(frame);
    case PacketType::disconnect:
      return handleDisconnect(frame);
    case PacketType::auth:
      return handleAuth(frame);
    default:
      return refuseType(type);
  }
}

Result<void> ServerConnection::refuseType(PacketType type) const {
  if (type == PacketType::connect) {  // [MQTT-3.1.0-2]
    return carport::fail(MqttErrc::protocolError, "The client sent a second CONNECT");
  }
  if (toText(type).empty() || type == PacketType::auth) {
    return carport::fail(MqttErrc::malformedPacket,
                         fmt::format("The packet type {} is reserved", static_cast<int>(type)));
  }
  return carport::fail(MqttErrc::protocolError,
                       fmt::format("The client sent {}, which only a server may send", toText(type)));
}

std::optional<SteadyPoint> ServerConnection::nextDeadline() const {
  if (m_answerTooLarge && m_state == State::connected) return m_lastHeard;
  if (m_state == State::awaitingDecision) return m_lastHeard + m_options.connectTimeout;
  if (!handsOut() || m_patience.count() == 0) return std::nullopt;
  return m_lastHeard + m_patience;
}

void ServerConnection::onTime(SteadyPoint now) {
  const auto deadline = nextDeadline();
  if (!deadline || now < *deadline) return;
  if (m_answerTooLarge) {
    return fail(
        Error(MqttErrc::packetTooLarge,
              fmt::format("The client takes packets of at most {} bytes; an answer to it is larger", m_maxSentBytes)));
  }
  if (m_state == State::awaitingDecision) {
    refuseConnect(ReasonCode::serverBusy);
    return fail(Error(MqttErrc::connectTimeout,
                      fmt::format("Signing in took longer than {} ms", m_options.connectTimeout.count())));
  }
  if (m_state == State::awaitingConnect) {
    return fail(Error(MqttErrc::connectTimeout,
                      fmt::format("No CONNECT packet came within {} ms", m_options.connectTimeout.count())));
  }
  fail(Error(MqttErrc::keepAliveTimeout, fmt::format("No packet came within {} ms, which is one and a half times the "
                                                     "keep-alive time",
                                                     m_patience.count())));
}

void ServerConnection::pause() {
  m_paused = true;
}

void ServerConnection::resume(SteadyPoint now) {
  if (!m_paused) return;
  m_paused = false;
  if (m_state == State::connected) m_lastHeard = now;  // what the client sent meanwhile was left in the socket
  handOut(now);
}

bool ServerConnection::wantsBytes() const {
  return handsOut() && m_output.size() < m_options.maxOutputBytes;
}

}  // namespace carport::mqtt
