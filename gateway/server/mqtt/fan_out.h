#pragma once

#include "gateway/protocol/mqtt/packets.h"
#include "gateway/protocol/mqtt/subscription_tree.h"
#include "gateway/server/mqtt/ack_queue.h"
#include "gateway/server/mqtt/delivery_batch.h"
#include "gateway/server/mqtt/delivery_receipt.h"
#include "gateway/server/mqtt/mqtt_message.h"
#include "gateway/server/mqtt/mqtt_subscription.h"
#include "gateway/server/mqtt/organisation_trees.h"
#include "gateway/server/mqtt/outgoing_queue.h"
#include "gateway/server/mqtt/shared_desk.h"

#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
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

  /// The subscription is in force from now on, until unsubscribe(); once more where its options have changed.
  void subscribe(MqttSubscription& subscription);
  void unsubscribe(MqttSubscription& subscription);
  /// Subscriptions of this shard, without shared ones. Any thread.
  std::size_t listeners() const { return m_listeners.load(std::memory_order_relaxed); }

  /// False while another I/O thread takes nothing more: whoever sends with QoS 1 or 2 is to wait then, which bounds
  /// what waits here by what is under way to the disk.
  bool hasRoom() const { return m_backlog.empty() && m_shared.isIdle(); }
  /// Called when there is room again.
  std::function<void()> onRoom;
  /// Nothing is left to be handed over.
  bool isIdle() const { return m_outbox.empty() && m_waiting.empty() && hasRoom(); }

  /// The messages go out at the end of the turn; those who wait are acknowledged once every I/O thread has them.
  void enqueue(std::vector<MqttMessagePtr> messages, std::vector<AckWaiter> waiters);
  void enqueue(MqttMessagePtr message, AckWaiter waiter);
  /// The same for a sender that is to know whether anybody has subscribed to the message.
  void enqueueAndTell(MqttMessagePtr message, AckWaiter waiter);
  /// Sends what was enqueued, here and to the other shards.
  void flush();
  /// Posts what waits for room on that shard, whether it has any: a session is about to leave it.
  void handOverTo(MqttShard& shard);
  /// To the subscribers of this shard.
  void deliverHere(const DeliveryBatch& batch);
  /// Offers from other shards to the shared subscriptions of this one.
  void takeOffers(std::vector<SharedOffer> offers) { m_shared.take(std::move(offers)); }
  /// What a session that ended leaves to the other members of its shared subscriptions.
  void offerAgain(const std::vector<Outgoing>& left) { m_shared.offerAgain(left); }
  /// To one session, where it may have the message. Sheds, keeps or disconnects as its limits say. Whoever waits with
  /// the receipt waits for a session that is on its way to another thread, too.
  void deliverTo(MqttSession& session, Outgoing outgoing, const std::shared_ptr<DeliveryReceipt>& receipt);

 private:
  using Tree = mqtt::SubscriptionTree<const MqttSubscription*>;

  /// Messages that some shards do not have yet.
  struct HandOver {
    DeliveryBatchPtr batch;
    std::vector<DeliveryReceipt::Waiting> waiting;  // where the batch has no receipt
    std::vector<MqttShard*> to;
  };

  bool needsReceipt() const;
  bool isBehind(const MqttShard* shard) const;
  void keepForLater(HandOver handOver);
  void retry();
  bool retryBacklog();
  void retryLater();
  void deliverMessage(const DeliveryBatch& batch, std::size_t index);
  static bool hadBefore(MqttSession& session, const MqttMessage& message);
  void hold(MqttSession& session, Outgoing outgoing, const std::shared_ptr<DeliveryReceipt>& receipt);
  void overflowed(MqttSession& session);
  static void acknowledge(const std::vector<DeliveryReceipt::Waiting>& waiting);

  ShardCore& m_core;
  SharedDesk m_shared;
  boost::asio::steady_timer m_retry;
  bool m_retrying = false;
  Tree m_tree;  // of the house's subscribers
  // Of each organisation's: its messages are looked up here, and those of the house and of others never are.
  OrganisationTrees<const MqttSubscription*> m_organisationTrees;
  std::atomic<std::size_t> m_listeners = 0;
  std::vector<MqttMessagePtr> m_outbox;
  std::vector<DeliveryReceipt::Waiting> m_waiting;  // for m_outbox
  bool m_somebodyAsks = false;                      // one of m_waiting is to know whether it was reached
  std::deque<HandOver> m_backlog;
  std::vector<const MqttSubscription*> m_targets;  // kept for its room
};

}  // namespace carport
