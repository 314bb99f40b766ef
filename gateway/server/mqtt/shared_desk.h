#pragma once

#include "gateway/server/mqtt/delivery_batch.h"
#include "gateway/server/mqtt/mqtt_message.h"
#include "gateway/server/mqtt/mqtt_subscription.h"
#include "gateway/server/mqtt/outgoing_queue.h"
#include "gateway/server/mqtt/shared_group.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

namespace carport {

class FanOut;
class ShardCore;

/// A message that one member of a shared subscription is to have. It goes around the I/O threads with members, first
/// looking for one who takes it at once, then for one who at least can keep it.
struct SharedOffer {
  MqttMessagePtr message;
  std::shared_ptr<SharedGroup> group;
  std::size_t tries = 0;                       ///< on how many threads nobody has taken it
  bool mayWait = false;                        ///< the second time around: somebody who can keep it will do
  std::shared_ptr<DeliveryReceipt> receipt{};  ///< held until somebody has the message
};

/// The members that shared subscriptions have on one I/O thread (MQTT 5.0 §4.8.2). Members that may not have a message,
/// are away or do not keep up are passed over while another can take it. Owner: FanOut; the shard's thread.
class SharedDesk {
 public:
  SharedDesk(ShardCore& core, FanOut& fanOut) : m_core(core), m_fanOut(fanOut) {}

  /// False where the subscription is a member already; its new options count from now on.
  bool subscribe(MqttSubscription& subscription);
  void unsubscribe(MqttSubscription& subscription);

  /// Gives each message to one member of every group whose filter matches, wherever it is.
  void offer(const DeliveryBatch& batch);
  /// Offers that other threads passed on.
  void take(std::vector<SharedOffer> offers);
  void offerAgain(const std::vector<Outgoing>& left);

  /// Nothing waits for another thread.
  bool isIdle() const { return m_backlog.empty(); }
  /// Tries what waits once more; false where something still does.
  bool retry();
  /// Called when something begins to wait.
  std::function<void()> onBacklog;

 private:
  struct Members {
    std::vector<const MqttSubscription*> list;
    std::size_t next = 0;
  };

  void start(const MqttMessagePtr& message, const std::shared_ptr<SharedGroup>& group,
             const std::shared_ptr<DeliveryReceipt>& receipt);
  void settle(SharedOffer offer);
  bool give(const SharedOffer& offer);
  bool giveTo(const MqttSubscription& member, const SharedOffer& offer);
  void passTo(SharedGroup::ShardIndex shard, SharedOffer offer);
  void sendPassed();
  void nobodyTakes(const SharedOffer& offer);

  ShardCore& m_core;
  FanOut& m_fanOut;
  std::unordered_map<const SharedGroup*, Members> m_members;
  std::vector<std::pair<MqttMessagePtr, std::shared_ptr<SharedGroup>>> m_again;  // while offerAgain() collects
  std::vector<std::vector<SharedOffer>> m_passed;                                // by thread; posted together
  std::vector<std::vector<SharedOffer>> m_backlog;  // by thread, where anything waits; otherwise empty
};

}  // namespace carport
