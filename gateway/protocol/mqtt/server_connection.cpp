#include "gateway/protocol/mqtt/server_connection.h"

#include "gateway/protocol/mqtt/decode_errors.h"
#include "gateway/protocol/mqtt/encoder.h"

#include <algorithm>

namespace carport::mqtt {

namespace {

/// A client may be quiet for one and a half times what it promised [MQTT-3.1.2-24].
Milliseconds patienceFor(std::uint16_t keepAliveSeconds) {
  return Milliseconds(keepAliveSeconds * 1500);
}

Publish toPublish(const OutgoingMessage& message) {
  return {message.topic, message.payload, std::min(message.qos, Qos::atLeastOnce), message.retain, false, 0, {}};
}

}  // namespace

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
      return handlePuback(frame);
    case PacketType::subscribe:
      return handleSubscribe(frame);
    case PacketType::unsubscribe:
      return handleUnsubscribe(frame);
    case PacketType::pingreq:
    case PacketType::disconnect:
      return handleBare(frame);
    case PacketType::connect:  // [MQTT-3.1.0-2]
      return carport::fail(MqttErrc::protocolError, "The client sent a second CONNECT");
    case PacketType::pubrec:
    case PacketType::pubrel:
    case PacketType::pubcomp:
      return carport::fail(MqttErrc::protocolError,
                           fmt::format("The client sent {}, but no QoS 2 message is under way", toText(type)));
    default:
      break;
  }
  if (toText(type).empty() || type == PacketType::auth) {
    return carport::fail(MqttErrc::malformedPacket,
                         fmt::format("The packet type {} is reserved", static_cast<int>(type)));
  }
  return carport::fail(MqttErrc::protocolError,
                       fmt::format("The client sent {}, which only a server may send", toText(type)));
}

Result<void> ServerConnection::handleConnect(const Frame& frame) {
  const auto connect = decodeConnect(frame);
  if (!connect) {
    const Error& error = connect.error();
    if (error.is(MqttErrc::unsupportedVersion)) {  // [MQTT-3.1.2-2]
      encode(Connack{false, ConnectCode::unacceptableProtocolVersion}, m_output);
    } else if (error.is(MqttErrc::clientIdRejected)) {  // [MQTT-3.1.3-8], [MQTT-3.1.3-9]
      encode(Connack{false, ConnectCode::identifierRejected}, m_output);
    }
    return failFrom(connect);
  }
  m_state = State::awaitingDecision;
  m_patience = patienceFor(connect->keepAliveSeconds);
  m_reader.setMaxPacketBytes(m_options.maxPacketBytes);
  m_handler.onConnect(*connect);
  return {};
}

Result<void> ServerConnection::handlePublish(const Frame& frame) {
  const auto publish = decodePublish(frame);
  if (!publish) return failFrom(publish);
  if (publish->qos == Qos::exactlyOnce) {
    return carport::fail(MqttErrc::protocolError, "The client published with QoS 2; the gateway takes QoS 0 and 1");
  }
  m_handler.onPublish(*publish);
  return {};
}

Result<void> ServerConnection::handlePuback(const Frame& frame) {
  const auto id = decodePacketIdOnly(frame);
  if (!id) return failFrom(id);
  // An id that is not in use may belong to an earlier connection of the session: not an error.
  if (m_inFlight.release(*id)) m_handler.onPuback(*id);
  return {};
}

Result<void> ServerConnection::handleSubscribe(const Frame& frame) {
  const auto subscribe = decodeSubscribe(frame, m_scratch);
  if (!subscribe) return failFrom(subscribe);
  m_handler.onSubscribe(*subscribe);
  return {};
}

Result<void> ServerConnection::handleUnsubscribe(const Frame& frame) {
  const auto unsubscribe = decodeUnsubscribe(frame, m_scratch);
  if (!unsubscribe) return failFrom(unsubscribe);
  m_handler.onUnsubscribe(*unsubscribe);
  return {};
}

Result<void> ServerConnection::handleBare(const Frame& frame) {
  const auto packet = decodePacket(frame, m_scratch);
  if (!packet) return failFrom(packet);
  if (frame.type() == PacketType::pingreq) {
    encode(Pingresp{}, m_output);  // [MQTT-3.12.4-1]
    return {};
  }
  m_state = State::closed;
  m_handler.onDisconnect();
  return {};
}

std::optional<SteadyPoint> ServerConnection::nextDeadline() const {
  if (!handsOut() || m_patience.count() == 0) return std::nullopt;
  return m_lastHeard + m_patience;
}

void ServerConnection::onTime(SteadyPoint now) {
  const auto deadline = nextDeadline();
  if (!deadline || now < *deadline) return;
  if (m_state == State::awaitingConnect) {
    return fail(Error(MqttErrc::connectTimeout,
                      fmt::format("No CONNECT packet came within {} ms", m_options.connectTimeout.count())));
  }
  fail(Error(MqttErrc::keepAliveTimeout, fmt::format("No packet came within {} ms, which is one and a half times the "
                                                     "keep-alive time",
                                                     m_patience.count())));
}

void ServerConnection::acceptConnect(bool sessionPresent, SteadyPoint now) {
  if (m_state != State::awaitingDecision) return;
  encode(Connack{sessionPresent, ConnectCode::accepted}, m_output);
  m_state = State::connected;
  m_lastHeard = now;
  handOut(now);
}

void ServerConnection::refuseConnect(ConnectCode code) {
  if (m_state != State::awaitingDecision) return;
  encode(Connack{false, code}, m_output);  // [MQTT-3.2.2-4]
  m_state = State::closed;                 // [MQTT-3.2.2-5]
}

Result<void> ServerConnection::checkRoomFor(const Publish& publish) const {
  if (m_state != State::connected) return carport::fail(MqttErrc::notConnected);
  // A message that is larger than the limit alone may go when nothing else waits.
  if (!m_output.empty() && m_output.size() + encodedBytes(publish) > m_options.maxOutputBytes) {
    return carport::fail(MqttErrc::outputFull);
  }
  return {};
}

Result<PacketId> ServerConnection::sendPublish(const OutgoingMessage& message) {
  Publish publish = toPublish(message);
  if (const auto room = checkRoomFor(publish); !room) return failFrom(room);
  if (publish.qos != Qos::atMostOnce) {
    const auto id = m_inFlight.take();
    if (!id) return carport::fail(MqttErrc::windowFull);
    publish.packetId = *id;
  }
  encode(publish, m_output);
  return publish.packetId;
}

Result<void> ServerConnection::resendPublish(PacketId packetId, const OutgoingMessage& message) {
  Publish publish = toPublish(message);
  publish.qos = Qos::atLeastOnce;
  publish.duplicate = true;  // [MQTT-3.3.1-1]
  publish.packetId = packetId;
  if (const auto room = checkRoomFor(publish); !room) return room;
  if (!m_inFlight.takeAgain(packetId)) return carport::fail(MqttErrc::windowFull);
  encode(publish, m_output);
  return {};
}

void ServerConnection::sendPuback(PacketId packetId) {
  if (m_state == State::connected) encode(Puback{packetId, ReasonCode::success}, m_output);
}

void ServerConnection::sendSuback(PacketId packetId, std::span<const ReasonCode> codes) {
  if (m_state == State::connected) encode(Suback{packetId, codes}, m_output);
}

void ServerConnection::sendUnsuback(PacketId packetId) {
  if (m_state == State::connected) encode(Unsuback{packetId, ReasonCode::success}, m_output);
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

void ServerConnection::fail(const Error& error) {
  m_state = State::closed;
  m_handler.onError(error);
}

}  // namespace carport::mqtt
