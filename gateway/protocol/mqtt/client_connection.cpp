#include "gateway/protocol/mqtt/client_connection.h"

#include "gateway/protocol/mqtt/decode_errors.h"
#include "gateway/protocol/mqtt/encoder.h"
#include "gateway/protocol/mqtt/topic.h"
#include "gateway/protocol/mqtt/utf8.h"

#include <algorithm>

namespace carport::mqtt {

namespace {

Result<void> checkField(std::string_view field, std::string_view what, bool isText) {
  if (field.size() > kMaxStringBytes) {
    return fail(MqttErrc::malformedPacket, fmt::format("The {} is longer than {} bytes", what, kMaxStringBytes));
  }
  if (isText && !isMqttUtf8(field)) {
    return fail(MqttErrc::malformedPacket, fmt::format("The {} is not valid UTF-8", what));
  }
  return {};
}

/// What the format cannot carry must not leave: the server would only close the connection.
Result<void> checkConnect(const Connect& connect) {
  if (auto checked = checkField(connect.clientId, "client identifier", true); !checked) return checked;
  if (connect.userName) {
    if (auto checked = checkField(*connect.userName, "user name", true); !checked) return checked;
  }
  if (connect.password) {
    if (!connect.userName) return fail(MqttErrc::malformedPacket, "A password needs a user name");  // [MQTT-3.1.2-22]
    if (auto checked = checkField(*connect.password, "password", false); !checked) return checked;
  }
  if (connect.will) {
    if (auto checked = checkTopicName(connect.will->topic); !checked) return checked;
    if (auto checked = checkField(connect.will->payload, "will", false); !checked) return checked;
  }
  return {};
}

Publish toPublish(const OutgoingMessage& message) {
  return {message.topic, message.payload, std::min(message.qos, Qos::atLeastOnce), message.retain, false, 0, {}};
}

}  // namespace

ClientConnection::ClientConnection(const ConnectionOptions& options, ClientHandler& handler)
    : m_options(options), m_handler(handler), m_reader(options.maxPacketBytes), m_inFlight(options.inFlightWindow) {}

Result<void> ClientConnection::connect(const Connect& connect, SteadyPoint now) {
  if (m_state != State::idle) return carport::fail(MqttErrc::protocolError, "CONNECT was already sent");
  if (auto checked = checkConnect(connect); !checked) return checked;
  Connect packet = connect;
  packet.level = ProtocolLevel::v311;
  encode(packet, m_output);
  m_state = State::connecting;
  m_keepAlive = std::chrono::seconds(connect.keepAliveSeconds);
  m_lastSent = now;
  m_replyDue = now + m_options.replyTimeout;
  return {};
}

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
    case PacketType::unsuback:
      return handlePacketId(frame);
    case PacketType::suback:
      return handleSuback(frame);
    case PacketType::pingresp:
      return handlePingresp(frame);
    default:
      break;
  }
  return carport::fail(MqttErrc::protocolError,
                       fmt::format("The server sent a packet of type {} ({}), which is not expected here",
                                   static_cast<int>(type), toText(type)));
}

Result<void> ClientConnection::handleConnack(const Frame& frame) {
  const auto connack = decodeConnack(frame);
  if (!connack) return failFrom(connack);
  m_replyDue.reset();
  m_state = connack->code == ConnectCode::accepted ? State::connected : State::closed;
  m_handler.onConnack(*connack);
  return {};
}

Result<void> ClientConnection::handlePublish(const Frame& frame) {
  const auto publish = decodePublish(frame);
  if (!publish) return failFrom(publish);
  if (publish->qos == Qos::exactlyOnce) {
    return carport::fail(MqttErrc::protocolError, "The server published with QoS 2, which was not subscribed to");
  }
  m_handler.onPublish(*publish);
  return {};
}

Result<void> ClientConnection::handlePacketId(const Frame& frame) {
  const auto id = decodePacketIdOnly(frame);
  if (!id) return failFrom(id);
  if (!m_inFlight.release(*id)) return {};
  if (frame.type() == PacketType::puback) {
    m_handler.onPuback(*id);
  } else {
    m_handler.onUnsuback(*id);
  }
  return {};
}

Result<void> ClientConnection::handleSuback(const Frame& frame) {
  const auto suback = decodeSuback(frame, m_scratch);
  if (!suback) return failFrom(suback);
  if (m_inFlight.release(suback->packetId)) m_handler.onSuback(suback->packetId, suback->codes);
  return {};
}

Result<void> ClientConnection::handlePingresp(const Frame& frame) {
  const auto packet = decodePacket(frame, m_scratch);
  if (!packet) return failFrom(packet);
  m_replyDue.reset();
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
  encode(Pingreq{}, m_output);  // [MQTT-3.1.2-23]
  m_lastSent = now;
  if (!m_replyDue) m_replyDue = now + m_options.replyTimeout;
}

Result<void> ClientConnection::checkMessage(const Publish& publish) const {
  if (m_state != State::connected) return carport::fail(MqttErrc::notConnected);
  if (auto checked = checkTopicName(publish.topic); !checked) return checked;
  const std::size_t bytes = encodedBytes(publish);
  if (bytes > kMaxRemainingLength) return carport::fail(MqttErrc::packetTooLarge);
  if (!m_output.empty() && m_output.size() + bytes > m_options.maxOutputBytes) {
    return carport::fail(MqttErrc::outputFull);
  }
  return {};
}

Result<PacketId> ClientConnection::takePacketId() {
  const auto id = m_inFlight.take();
  if (!id) return carport::fail(MqttErrc::windowFull);
  return *id;
}

Result<PacketId> ClientConnection::publish(const OutgoingMessage& message, SteadyPoint now) {
  Publish publish = toPublish(message);
  if (const auto checked = checkMessage(publish); !checked) return failFrom(checked);
  if (publish.qos != Qos::atMostOnce) {
    const auto id = takePacketId();
    if (!id) return id;
    publish.packetId = *id;
  }
  encode(publish, m_output);
  m_lastSent = now;
  return publish.packetId;
}

Result<void> ClientConnection::republish(PacketId packetId, const OutgoingMessage& message, SteadyPoint now) {
  Publish publish = toPublish(message);
  publish.qos = Qos::atLeastOnce;
  publish.duplicate = true;  // [MQTT-3.3.1-1]
  publish.packetId = packetId;
  if (auto checked = checkMessage(publish); !checked) return checked;
  if (!m_inFlight.takeAgain(packetId)) return carport::fail(MqttErrc::windowFull);
  encode(publish, m_output);
  m_lastSent = now;
  return {};
}

Result<PacketId> ClientConnection::subscribe(std::span<const TopicRequest> topics, SteadyPoint now) {
  if (m_state != State::connected) return carport::fail(MqttErrc::notConnected);
  if (topics.empty() || topics.size() > kMaxFiltersPerPacket) {
    return carport::fail(MqttErrc::protocolError,
                         fmt::format("One SUBSCRIBE takes 1 to {} topic filters", kMaxFiltersPerPacket));
  }
  for (const TopicRequest& topic : topics) {
    if (const auto checked = checkTopicFilter(topic.filter); !checked) return failFrom(checked);
    if (topic.qos == Qos::exactlyOnce) {
      return carport::fail(MqttErrc::protocolError, "This client subscribes with QoS 0 and 1 only");
    }
  }
  auto id = takePacketId();
  if (!id) return id;
  encode(Subscribe{*id, topics, {}}, m_output);
  m_lastSent = now;
  return id;
}

Result<PacketId> ClientConnection::unsubscribe(std::span<const std::string_view> filters, SteadyPoint now) {
  if (m_state != State::connected) return carport::fail(MqttErrc::notConnected);
  if (filters.empty() || filters.size() > kMaxFiltersPerPacket) {
    return carport::fail(MqttErrc::protocolError,
                         fmt::format("One UNSUBSCRIBE takes 1 to {} topic filters", kMaxFiltersPerPacket));
  }
  for (const std::string_view filter : filters) {
    if (const auto checked = checkTopicFilter(filter); !checked) return failFrom(checked);
  }
  auto id = takePacketId();
  if (!id) return id;
  encode(Unsubscribe{*id, filters}, m_output);
  m_lastSent = now;
  return id;
}

void ClientConnection::sendPuback(PacketId packetId, SteadyPoint now) {
  if (m_state != State::connected) return;
  encode(Puback{packetId, ReasonCode::success}, m_output);
  m_lastSent = now;
}

void ClientConnection::disconnect() {
  if (m_state == State::connected) encode(Disconnect{}, m_output);
  m_state = State::closed;
}

void ClientConnection::fail(const Error& error) {
  m_state = State::closed;
  m_handler.onError(error);
}

}  // namespace carport::mqtt
