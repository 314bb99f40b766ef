#pragma once

#include "gateway/protocol/mqtt/packets.h"
#include "gateway/protocol/mqtt/subscription_tree.h"
#include "gateway/server/mqtt/organisation_trees.h"
#include "gateway/server/mqtt/shared_group.h"

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <tuple>

namespace carport {

/// The groups of all shared subscriptions, found by topic. Any thread. Owner: MqttFront.
class SharedGroups {
 public:
  /// While there are none, no message is looked up here.
  bool empty() const { return m_count.load(std::memory_order_relaxed) == 0; }

  /// A member of `shard` joins the organisation's group of that name (empty: the house's), which is made where it is
  /// the first.
  std::shared_ptr<SharedGroup> join(std::string_view organisation, std::string_view name, std::string_view filter,
                                    SharedGroup::ShardIndex shard, std::size_t shards) {
    std::unique_lock lock(m_mutex);
    auto& group = m_groups[{std::string(organisation), std::string(filter), std::string(name)}];
    if (!group) {
      group = std::make_shared<SharedGroup>(std::string(organisation), std::string(name), std::string(filter), shards);
      treeOf(organisation).add(filter, group, mqtt::Qos::exactlyOnce);
      m_count.store(m_groups.size(), std::memory_order_relaxed);
    }
    group->joined(shard);
    return group;
  }
  void leave(const std::shared_ptr<SharedGroup>& group, SharedGroup::ShardIndex shard) {
    std::unique_lock lock(m_mutex);
    group->left(shard);
    if (group->members() > 0) return;
    treeOf(group->organisation()).remove(group->filter(), group);
    m_organisationTrees.trim(group->organisation());
    m_groups.erase({group->organisation(), group->filter(), group->name()});
    m_count.store(m_groups.size(), std::memory_order_relaxed);
  }
  /// Calls `visit(const std::shared_ptr<SharedGroup>&)` for each group that the message could go to: the house's, and
  /// those of the organisation whose message it is.
  template <class Visitor>
  void match(std::string_view topic, std::string_view organisation, Visitor&& visit) const {
    const auto visitGroup = [&visit](const std::shared_ptr<SharedGroup>& group, mqtt::Qos) { visit(group); };
    std::shared_lock lock(m_mutex);
    m_tree.match(topic, visitGroup);
    if (organisation.empty()) return;
    if (const auto* tree = m_organisationTrees.find(organisation)) tree->match(topic, visitGroup);
  }

 private:
  using Tree = mqtt::SubscriptionTree<std::shared_ptr<SharedGroup>>;

  Tree& treeOf(std::string_view organisation) {
    return organisation.empty() ? m_tree : m_organisationTrees.of(organisation);
  }

  // Guards the members below. Groups change seldom and are read for each batch of messages; the thread that a message
  // came to must know all of them at once to give it to one member, wherever that is.
  mutable std::shared_mutex m_mutex;
  Tree m_tree;  // of the house's groups
  OrganisationTrees<std::shared_ptr<SharedGroup>> m_organisationTrees;
  // by organisation, filter and name
  std::map<std::tuple<std::string, std::string, std::string>, std::shared_ptr<SharedGroup>> m_groups;
  std::atomic<std::size_t> m_count = 0;
};

}  // namespace carport
