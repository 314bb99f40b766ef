#pragma once

#include "gateway/protocol/mqtt/packets.h"

#include <cstdint>
#include <string>
#include <vector>

namespace carport {

class CommandCourier;
class FanOut;
class MqttConnection;
class MqttSession;
struct MqttSubscription;
class ShardCore;

/// Answers SUBSCRIBE and UNSUBSCRIBE: asks the rules, sends retained messages, tells when a car is ready for commands.
/// Owner: MqttShard; its thread.
class SubscriptionDesk {
 public:
  SubscriptionDesk(ShardCore& core, FanOut& fanOut, CommandCourier& courier)
      : m_core(core), m_fanOut(fanOut), m_courier(courier) {}

  void subscribe(MqttConnection& connection, const mqtt::Subscribe& subscribe);
  void unsubscribe(MqttConnection& connection, const mqtt::Unsubscribe& unsubscribe);
  /// Takes away what the rules no longer allow. MQTT has no way to tell a client, so the log says it.
  void recheck(MqttSession& session);

 private:
  mqtt::ReasonCode grant(MqttSession& session, const mqtt::TopicRequest& request, std::uint32_t identifier);
  /// What is done once the subscriptions are in force, and on disk where the session is.
  struct Answer {
    mqtt::PacketId packetId = 0;
    std::vector<mqtt::ReasonCode> codes{};
    std::vector<std::string> wantRetained{};  ///< filters
    bool hasCommands = false;
  };
  void end(MqttSession& session, MqttSubscription& subscription);
  void answer(MqttConnection& connection, const Answer& answer);
  template <class Function>
  void whenWritten(MqttConnection& connection, Function function);

  ShardCore& m_core;
  FanOut& m_fanOut;
  CommandCourier& m_courier;
};

}  // namespace carport
