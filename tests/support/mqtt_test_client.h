#pragma once

#include "gateway/base/endpoint.h"
#include "gateway/protocol/mqtt/decoder.h"
#include "gateway/protocol/mqtt/encoder.h"
#include "gateway/protocol/mqtt/frame_reader.h"
#include "tests/support/received_packet.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport::test {

/// A blocking MQTT client that does nothing on its own: tests say what is sent and look at what comes. One thread.
class MqttTestClient {
 public:
  struct SignIn {
    std::string id;
    std::string password;
    std::string clientId = "client";
    bool clean = true;
    std::uint16_t keepAliveSeconds = 0;
    std::optional<mqtt::Will> will;
    std::string properties{};  ///< of CONNECT, encoded; 5.0
  };
  /// How long tests wait for what must come; nothing depends on how much of it is used.
  static constexpr std::chrono::seconds kPatience{10};

  explicit MqttTestClient(const Endpoint& gateway, mqtt::ProtocolLevel level = mqtt::ProtocolLevel::v311)
      : m_level(level) {
    const auto address = boost::asio::ip::make_address(gateway.host);
    m_socket.connect({address, gateway.port});
  }

  void sendBytes(std::string_view bytes) {
    boost::system::error_code ignored;
    boost::asio::write(m_socket, boost::asio::buffer(bytes), ignored);
  }
  template <class Packet>
  void send(const Packet& packet) {
    std::string bytes;
    if constexpr (requires { mqtt::encode(packet, bytes, m_level); }) {
      mqtt::encode(packet, bytes, m_level);
    } else {
      mqtt::encode(packet, bytes);
    }
    sendBytes(bytes);
  }

  /// CONNECT, and the answer; none where the server closed instead.
  std::optional<ReceivedPacket> signIn(const SignIn& how) {
    mqtt::Connect connect;
    connect.level = m_level;
    connect.properties = {how.properties};
    connect.cleanSession = how.clean;
    connect.clientId = how.clientId;
    connect.keepAliveSeconds = how.keepAliveSeconds;
    connect.will = how.will;
    connect.userName = how.id;
    connect.password = how.password;
    send(connect);
    return next(mqtt::PacketType::connack);
  }
  bool signsIn(const SignIn& how) {
    const auto answer = signIn(how);
    return answer && answer->reason == mqtt::ReasonCode::success;
  }

  /// Sends and waits for nothing. Returns the packet id.
  mqtt::PacketId publish(std::string_view topic, std::string_view payload, mqtt::Qos qos = mqtt::Qos::atLeastOnce,
                         bool retain = false, std::string_view properties = {}) {
    mqtt::Publish publish;
    publish.properties = {properties};
    publish.topic = topic;
    publish.payload = payload;
    publish.qos = qos;
    publish.retain = retain;
    publish.packetId = qos == mqtt::Qos::atMostOnce ? mqtt::PacketId{0} : ++m_lastId;
    send(publish);
    return publish.packetId;
  }
  /// Publishes with QoS 1; true once the server has acknowledged exactly this message.
  bool publishesAcknowledged(std::string_view topic, std::string_view payload, bool retain = false) {
    const auto id = publish(topic, payload, mqtt::Qos::atLeastOnce, retain);
    const auto ack = next(mqtt::PacketType::puback);
    return ack && ack->packetId == id;
  }
  /// Publishes with QoS 2; true once all four steps have been made.
  bool publishesExactlyOnce(std::string_view topic, std::string_view payload) {
    const auto id = publish(topic, payload, mqtt::Qos::exactlyOnce);
    const auto recorded = next(mqtt::PacketType::pubrec);
    return recorded && recorded->packetId == id && releases(id);
  }
  /// PUBREL, and its answer.
  bool releases(mqtt::PacketId id) {
    send(mqtt::Pubrel{id});
    const auto complete = next(mqtt::PacketType::pubcomp);
    return complete && complete->packetId == id && !mqtt::isFailure(complete->reason);
  }
  /// What the server says to a publish of QoS 1; none where it closed.
  std::optional<mqtt::ReasonCode> reasonFor(std::string_view topic, std::string_view payload, bool retain = false,
                                            std::string_view properties = {}) {
    publish(topic, payload, mqtt::Qos::atLeastOnce, retain, properties);
    const auto ack = next(mqtt::PacketType::puback);
    return ack ? std::optional(ack->reason) : std::nullopt;
  }
  /// SUBSCRIBE with one wish, and the answer to it; none where the server closed.
  std::optional<mqtt::ReasonCode> subscribe(std::string_view filter, mqtt::Qos qos = mqtt::Qos::atLeastOnce) {
    return subscribe(mqtt::TopicRequest{filter, qos});
  }
  /// The same with options; `identifier` 0: none.
  std::optional<mqtt::ReasonCode> subscribe(const mqtt::TopicRequest& wish, std::uint32_t identifier = 0) {
    const std::array wishes{wish};
    mqtt::Subscribe subscribe;
    subscribe.packetId = ++m_lastId;
    std::string properties;
    if (identifier > 0) {
      mqtt::PropertyWriter(properties).number(mqtt::PropertyId::subscriptionIdentifier, identifier);
    }
    subscribe.properties = {properties};
    subscribe.topics = wishes;
    send(subscribe);
    const auto answer = next(mqtt::PacketType::suback);
    return answer && answer->codes.size() == 1 ? std::optional(answer->codes[0]) : std::nullopt;
  }
  void acknowledge(const ReceivedPacket& message) { send(mqtt::Puback{message.packetId}); }
  /// The receiver's half of QoS 2: PUBREC, wait for PUBREL, PUBCOMP. False where PUBREL does not come.
  bool completes(const ReceivedPacket& message) {
    send(mqtt::Pubrec{message.packetId});
    const auto release = next(mqtt::PacketType::pubrel);
    if (!release || release->packetId != message.packetId) return false;
    send(mqtt::Pubcomp{message.packetId});
    return true;
  }
  /// DISCONNECT; true once the server has closed.
  bool leaves(mqtt::ReasonCode reason = mqtt::ReasonCode::success, std::string_view properties = {}) {
    send(mqtt::Disconnect{reason, {properties}});
    return isClosedByServer();
  }
  /// PINGREQ and its answer: everything that the server had to say before has then come.
  bool isAnswered() {
    send(mqtt::Pingreq{});
    return next(mqtt::PacketType::pingresp).has_value();
  }

  /// The next packet of this type; others that come before it are kept for later calls. None after kPatience or where
  /// the server closed.
  std::optional<ReceivedPacket> next(mqtt::PacketType type) {
    for (auto packet = m_received.begin(); packet != m_received.end(); ++packet) {
      if (packet->type != type) continue;
      auto found = std::move(*packet);
      m_received.erase(packet);
      return found;
    }
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (!m_closed && std::chrono::steady_clock::now() < until) {
      const auto before = m_received.size();
      receive(until);
      for (auto i = before; i < m_received.size(); ++i) {
        if (m_received[i].type != type) continue;
        auto found = std::move(m_received[i]);
        m_received.erase(m_received.begin() + static_cast<std::ptrdiff_t>(i));
        return found;
      }
    }
    return std::nullopt;
  }
  std::optional<ReceivedPacket> nextMessage() { return next(mqtt::PacketType::publish); }
  /// Packets of this type that have come and were not asked for yet.
  std::size_t waiting(mqtt::PacketType type) const {
    std::size_t count = 0;
    for (const auto& packet : m_received) count += packet.type == type ? 1 : 0;
    return count;
  }
  /// True once the server has closed; false after kPatience.
  bool isClosedByServer() {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (!m_closed && std::chrono::steady_clock::now() < until) receive(until);
    return m_closed;
  }
  /// Ends without DISCONNECT, as a lost network does.
  void vanish() { m_socket.close(); }

 private:
  void receive(std::chrono::steady_clock::time_point until) {
    boost::system::error_code result = boost::asio::error::would_block;
    std::size_t bytes = 0;
    m_socket.async_read_some(boost::asio::buffer(m_buffer), [&](const boost::system::error_code& ec, std::size_t n) {
      result = ec;
      bytes = n;
    });
    m_io.restart();
    m_io.run_until(until);
    if (result == boost::asio::error::would_block) {
      m_socket.cancel();
      m_io.run();
      return;
    }
    if (result) {
      m_closed = true;
      return;
    }
    m_reader.feed({m_buffer.data(), bytes});
    mqtt::DecodeScratch scratch;
    while (true) {
      const auto frame = m_reader.next();
      if (!frame || !*frame) break;
      if (const auto packet = mqtt::decodePacket(**frame, scratch, m_level))
        m_received.push_back(received(*packet, (*frame)->type()));
    }
    m_reader.keepRest();
  }
  const mqtt::ProtocolLevel m_level;
  boost::asio::io_context m_io;
  boost::asio::ip::tcp::socket m_socket{m_io};
  std::array<char, 16 * 1024> m_buffer{};
  mqtt::FrameReader m_reader;
  std::deque<ReceivedPacket> m_received;
  mqtt::PacketId m_lastId = 0;
  bool m_closed = false;
};

}  // namespace carport::test
