#pragma once

#include "tests/support/mqtt_test_wire.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace carport::test {

/// A blocking MQTT client that does nothing on its own: tests say what is sent and look at what comes. One thread.
class MqttTestClient : public MqttTestWire {
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
  explicit MqttTestClient(const Endpoint& gateway, mqtt::ProtocolLevel level = mqtt::ProtocolLevel::v311)
      : MqttTestWire(gateway, level) {}

  /// CONNECT.
  void asksToSignIn(const SignIn& how) {
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
  }
  /// CONNECT, and the answer; none where the server closed instead.
  std::optional<ReceivedPacket> signIn(const SignIn& how) {
    asksToSignIn(how);
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

  std::optional<ReceivedPacket> nextMessage() { return next(mqtt::PacketType::publish); }

 private:
  mqtt::PacketId m_lastId = 0;
};

}  // namespace carport::test
