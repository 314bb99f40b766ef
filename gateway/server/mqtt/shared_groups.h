#pragma once

#include "gateway/protocol/mqtt/packets.h"
#include "gateway/protocol/mqtt/subscription_tree.h"
#include "gateway/server/mqtt/shared_group.h"

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>

namespace carport {

/// The groups of all shared subscriptions, found by topic. Any thread. Owner: MqttFront.
class SharedGroups {
 public:
  /// While there are none, no message is looked up here.
  bool empty() const { return m_count.load(std::memory_order_relaxed) == 0; }

  /// A member of `shard` joins; the group is made where it is the first.
  std::shared_ptr<SharedGroup> join(std::string_view name, std::string_view filter, SharedGroup::ShardIndex shard,
                                    std::size_t shards) {
    std::unique_lock lock(m_mutex);
    auto& group = m_groups[{std::string(filter), std::string(name)}];
    if (!group) {
      group = std::make_shared<SharedGroup>(std::string(name), std::string(filter), shards);
      m_tree.add(filter, group, mqtt::Qos::exactlyOnce);
      m_count.store(m_groups.size(), std::memory_order_relaxed);
    }
    group->joined(shard);
    return group;
  }
  void leave(const std::shared_ptr<SharedGroup>& group, SharedGroup::ShardIndex shard) {
    std::unique_lock lock(m_mutex);
    group->left(shard);
    if (group->members() > 0) return;
    m_tree.remove(group->filter(), group);
    m_groups.erase({group->filter(), group->name()});
    m_count.store(m_groups.size(), std::memory_order_relaxed);
  }
  /// Calls `visit(const std::shared_ptr<SharedGroup>&)` for each group whose filter matches.
  template <class Visitor>
  void match(std::string_view topic, Visitor&& visit) const {
    std::shared_lock lock(m_mutex);
    m_tree.match(topic, [&visit](const std::shared_ptr<SharedGroup>& group, mqtt::Qos) { visit(group); });
  }

 private:
  // Guards the members below. Groups change seldom and are read for each batch of messages; the thread that a message
  // came to must know all of them at once to give it to one member, wherever that is.
  mutable std::shared_mutex m_mutex;
  mqtt::SubscriptionTree<std::shared_ptr<SharedGroup>> m_tree;
  std::map<std::pair<std::string, std::string>, std::shared_ptr<SharedGroup>> m_groups;  // by filter and name
  std::atomic<std::size_t> m_count = 0;
};

}  // namespace carport
