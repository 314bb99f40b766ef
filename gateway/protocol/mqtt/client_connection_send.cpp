#include "gateway/protocol/mqtt/client_connection.h"
#include "gateway/protocol/mqtt/decode_errors.h"
#include "gateway/protocol/mqtt/topic.h"
#include "gateway/protocol/mqtt/utf8.h"

#include <algorithm>

/// What a ClientConnection sends.
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
    if (!connect.userName && connect.level == ProtocolLevel::v311) {  // [MQTT-3.1.2-22] of 3.1.1
      return fail(MqttErrc::malformedPacket, "A password needs a user name");
    }
    if (auto checked = checkField(*connect.password, "password", false); !checked) return checked;
  }
  if (connect.will) {
    if (auto checked = checkTopicName(connect.will->topic); !checked) return checked;
    if (auto checked = checkField(connect.will->payload, "will", false); !checked) return checked;
  }
  return {};
}

}  // namespace

Result<void> ClientConnection::connect(const Connect& connect, SteadyPoint now) {
  if (m_state != State::idle) return carport::fail(MqttErrc::protocolError, "CONNECT was already sent");
  if (auto checked = checkConnect(connect); !checked) return checked;
  m_level = connect.level;
  if (isV5()) {
    std::string properties(connect.properties.encoded);
    PropertyWriter writer(properties);
    writer.number(PropertyId::receiveMaximum, m_options.receiveMaximum);
    writer.number(PropertyId::maximumPacketSize, static_cast<std::uint32_t>(m_options.maxPacketBytes));
    if (m_options.topicAliasMaximum > 0) writer.number(PropertyId::topicAliasMaximum, m_options.topicAliasMaximum);
    Connect packet = connect;
    packet.properties = {properties};
    encode(packet, m_output);
    m_reader.requireShortestLength();
  } else {
    encode(connect, m_output);
  }
  m_state = State::connecting;
  m_keepAlive = std::chrono::seconds(connect.keepAliveSeconds);
  m_lastSent = now;
  m_replyDue = now + m_options.replyTimeout;
  return {};
}

Result<void> ClientConnection::checkMessage(const Publish& publish, const PublishAdditions& added) const {
  if (m_state != State::connected) return carport::fail(MqttErrc::notConnected);
  if (auto checked = checkTopicName(publish.topic); !checked) return checked;
  const std::size_t bytes = isV5() ? encodedBytes(publish, added) : encodedBytes(publish);
  if (bytes > m_maxSentBytes) return carport::fail(MqttErrc::packetTooLarge);
  if (!m_output.empty() && m_output.size() + bytes > m_options.maxOutputBytes) {
    return carport::fail(MqttErrc::outputFull);
  }
  return {};
}

Result<PacketId> ClientConnection::takePacketId(Awaiting awaiting) {
  const auto id = m_inFlight.take(awaiting);
  if (!id) return carport::fail(MqttErrc::windowFull);
  return *id;
}

Result<void> ClientConnection::put(Publish& publish, const OutgoingMessage& message, SteadyPoint now) {
  PublishAdditions added;
  if (isV5()) {
    publish.properties = message.properties;
    added.expirySeconds = message.expirySeconds;  // a client must not send subscription identifiers [MQTT-3.3.4-6]
  }
  if (auto checked = checkMessage(publish, added); !checked) return checked;
  const auto awaiting = publish.qos == Qos::exactlyOnce ? Awaiting::pubrec : Awaiting::puback;
  if (publish.packetId != 0) {
    if (!m_inFlight.takeAgain(publish.packetId, awaiting)) return carport::fail(MqttErrc::windowFull);
  } else if (publish.qos != Qos::atMostOnce) {
    const auto id = takePacketId(awaiting);
    if (!id) return failFrom(id);
    publish.packetId = *id;
  }
  if (isV5()) {
    encode(publish, added, m_output);
  } else {
    encode(publish, m_output);
  }
  m_lastSent = now;
  return {};
}

Result<PacketId> ClientConnection::publish(const OutgoingMessage& message, SteadyPoint now) {
  Publish publish{message.topic, message.payload, message.qos, message.retain};
  if (const auto sent = put(publish, message, now); !sent) return failFrom(sent);
  return publish.packetId;
}

Result<void> ClientConnection::republish(PacketId packetId, const OutgoingMessage& message, SteadyPoint now) {
  const auto qos = std::max(message.qos, Qos::atLeastOnce);
  Publish publish{message.topic, message.payload, qos, message.retain, true, packetId};  // [MQTT-3.3.1-1]
  return put(publish, message, now);
}

void ClientConnection::releaseAgain(PacketId packetId, SteadyPoint now) {
  if (m_state != State::connected || !m_inFlight.restoreReleased(packetId)) return;
  encode(Pubrel{packetId}, m_output, m_level);
  m_lastSent = now;
}

Result<PacketId> ClientConnection::subscribe(std::span<const TopicRequest> topics, SteadyPoint now,
                                             const Properties& properties) {
  if (m_state != State::connected) return carport::fail(MqttErrc::notConnected);
  if (topics.empty() || topics.size() > kMaxFiltersPerPacket) {
    return carport::fail(MqttErrc::protocolError,
                         fmt::format("One SUBSCRIBE takes 1 to {} topic filters", kMaxFiltersPerPacket));
  }
  for (const TopicRequest& topic : topics) {
    if (const auto checked = checkTopicFilter(topic.filter); !checked) return failFrom(checked);
  }
  auto id = takePacketId(Awaiting::suback);
  if (!id) return id;
  encode(Subscribe{*id, topics, properties}, m_output, m_level);
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
  auto id = takePacketId(Awaiting::unsuback);
  if (!id) return id;
  encode(Unsubscribe{*id, filters}, m_output, m_level);
  m_lastSent = now;
  return id;
}

void ClientConnection::sendPuback(PacketId packetId, SteadyPoint now) {
  if (m_state != State::connected) return;
  encode(Puback{packetId}, m_output, m_level);
  m_lastSent = now;
}

void ClientConnection::sendPubrec(PacketId packetId, SteadyPoint now) {
  if (m_state != State::connected || m_received.stageOf(packetId) != ReceivedIds::Stage::taken) return;
  m_received.move(packetId, ReceivedIds::Stage::recorded);
  encode(Pubrec{packetId}, m_output, m_level);
  m_lastSent = now;
}

void ClientConnection::disconnect(ReasonCode reason) {
  if (m_state == State::connected) encode(Disconnect{reason}, m_output, m_level);
  m_state = State::closed;
}

}  // namespace carport::mqtt
