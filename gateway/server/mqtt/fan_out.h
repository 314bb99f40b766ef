#pragma once

#include "gateway/protocol/mqtt/packets.h"
#include "gateway/protocol/mqtt/subscription_tree.h"
#include "gateway/server/mqtt/mqtt_message.h"

#include <atomic>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace carport {

class MqttSession;
class ShardCore;

/// Messages to subscribers: here, and on the other I/O threads that have any. Owner: MqttShard; its thread.
class FanOut {
 public:
  explicit FanOut(ShardCore& core) : m_core(core) {}

  void subscribe(std::string_view filter, MqttSession& session, mqtt::Qos qos);
  void unsubscribe(std::string_view filter, MqttSession& session);
  /// Subscriptions of this shard. Any thread.
  std::size_t listeners() const { return m_listeners.load(std::memory_order_relaxed); }

  /// The message goes out at the end of the turn.
  void enqueue(MqttMessagePtr message);
  /// Sends what was enqueued, here and to the other shards.
  void flush();
  /// To the subscribers of this shard.
  void deliverHere(const std::vector<MqttMessagePtr>& messages);
  /// To one session, where it may have the message. Sheds, keeps or disconnects as its limits say.
  void deliverTo(MqttSession& session, const MqttMessagePtr& message, mqtt::Qos wanted, bool retain);

 private:
  ShardCore& m_core;
  mqtt::SubscriptionTree<MqttSession*> m_tree;
  std::atomic<std::size_t> m_listeners = 0;
  std::vector<MqttMessagePtr> m_outbox;
  std::vector<std::pair<MqttSession*, mqtt::Qos>> m_targets;  // kept for its room
};

}  // namespace carport
