#pragma once

#include "gateway/protocol/mqtt/packets.h"
#include "gateway/protocol/mqtt/subscription_tree.h"
#include "gateway/server/mqtt/ack_queue.h"
#include "gateway/server/mqtt/mqtt_message.h"

#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace carport {

class MqttSession;
class MqttShard;
class ShardCore;

/// Messages to subscribers: here, and on the other I/O threads that have any. What another thread does not take at once
/// waits here, and its senders' acknowledgements with it; messages of QoS 0 are dropped instead. Owner: MqttShard; its
/// thread.
class FanOut {
 public:
  /// After another I/O thread took nothing more.
  static constexpr std::chrono::milliseconds kRetryAfter{5};

  explicit FanOut(ShardCore& core);

  void subscribe(std::string_view filter, MqttSession& session, mqtt::Qos qos);
  void unsubscribe(std::string_view filter, MqttSession& session);
  /// Subscriptions of this shard. Any thread.
  std::size_t listeners() const { return m_listeners.load(std::memory_order_relaxed); }

  /// False while another I/O thread takes nothing more: whoever sends with QoS 1 is to wait then, which bounds what
  /// waits here by what is under way to the disk.
  bool hasRoom() const { return m_backlog.empty(); }
  /// Called when there is room again.
  std::function<void()> onRoom;
  /// Nothing is left to be handed over.
  bool isIdle() const { return m_outbox.empty() && m_outboxWaiters.empty() && m_backlog.empty(); }

  /// The messages go out at the end of the turn; those who wait are acknowledged once every I/O thread has them.
  void enqueue(std::vector<MqttMessagePtr> messages, std::vector<AckWaiter> waiters);
  void enqueue(MqttMessagePtr message, AckWaiter waiter);
  /// Sends what was enqueued, here and to the other shards.
  void flush();
  /// To the subscribers of this shard.
  void deliverHere(const std::vector<MqttMessagePtr>& messages);
  /// To one session, where it may have the message. Sheds, keeps or disconnects as its limits say.
  void deliverTo(MqttSession& session, const MqttMessagePtr& message, mqtt::Qos wanted, bool retain);

 private:
  /// Messages that some shards do not have yet.
  struct HandOver {
    MqttMessagesPtr messages;
    std::vector<AckWaiter> waiters;
    std::vector<MqttShard*> to;
  };

  bool isBehind(const MqttShard* shard) const;
  void keepForLater(HandOver handOver);
  void retryBacklog();
  void retryLater();
  static void acknowledge(const std::vector<AckWaiter>& waiters);

  ShardCore& m_core;
  boost::asio::steady_timer m_retry;
  bool m_retrying = false;
  mqtt::SubscriptionTree<MqttSession*> m_tree;
  std::atomic<std::size_t> m_listeners = 0;
  std::vector<MqttMessagePtr> m_outbox;
  std::vector<AckWaiter> m_outboxWaiters;
  std::deque<HandOver> m_backlog;
  std::vector<std::pair<MqttSession*, mqtt::Qos>> m_targets;  // kept for its room
};

}  // namespace carport
