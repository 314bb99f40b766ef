#pragma once

#include "gateway/protocol/mqtt/packets.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

namespace carport {

class MqttConnection;
class ShardCore;

/// SUBSCRIBE and UNSUBSCRIBE of clients that speak Nitrogen's MQTT dialect (docs/nitrogen.md): a topic filter is a
/// condition on messages in JSON, and what comes on that topic is a message's body, at most once. Owner: MqttShard; its
/// thread.
class NitrogenDialect {
 public:
  static constexpr std::size_t kMaxSubscriptions = 100;  ///< of one connection

  explicit NitrogenDialect(ShardCore& core) : m_core(core) {}

  void subscribe(MqttConnection& connection, const mqtt::Subscribe& subscribe);
  void unsubscribe(MqttConnection& connection, const mqtt::Unsubscribe& unsubscribe);
  /// The connection has ended, and with it its subscriptions.
  void forget(const MqttConnection& connection);

 private:
  using Numbers = std::map<std::string, std::uint64_t, std::less<>>;  // by filter

  mqtt::ReasonCode grant(MqttConnection& connection, std::string_view filter);

  ShardCore& m_core;
  std::unordered_map<std::uint64_t, Numbers> m_subscriptions;  // by the connection's number
  std::uint64_t m_next = 1;
};

}  // namespace carport
