#pragma once

#include "gateway/protocol/mqtt/packets.h"

#include <cstdint>

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
  void sendRetained(MqttSession& session, const MqttSubscription& subscription);

  ShardCore& m_core;
  FanOut& m_fanOut;
  CommandCourier& m_courier;
};

}  // namespace carport
