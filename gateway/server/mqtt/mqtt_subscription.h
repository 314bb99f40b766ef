#pragma once

#include "gateway/protocol/mqtt/packets.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace carport {

class MqttSession;
class SharedGroup;

/// How a client wants the messages of a subscription (MQTT 5.0 §3.8.3.1).
struct SubscriptionWish {
  mqtt::Qos qos = mqtt::Qos::atMostOnce;
  bool noLocal = false;
  bool retainAsPublished = false;
  mqtt::RetainHandling retainHandling = mqtt::RetainHandling::send;
  std::uint32_t identifier = 0;  ///< 0: none
};

/// A subscription of one session. Stays where it is as long as it lasts, so that a pointer to it says who gets what.
/// Owner: MqttSession; the thread of its shard.
struct MqttSubscription {
  MqttSession* session = nullptr;
  std::string_view filter;  ///< as the client wrote it, with $share/ where it has it
  SubscriptionWish wish;
  std::shared_ptr<SharedGroup> group;  ///< where it is a shared one and in force
  bool isDurable = false;              ///< has been counted as one of a session that outlives its connection
};

}  // namespace carport
