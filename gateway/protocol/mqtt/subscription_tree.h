#pragma once

#include "gateway/base/text_hash.h"
#include "gateway/protocol/mqtt/packets.h"
#include "gateway/protocol/mqtt/topic.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carport::mqtt {

/// Who has subscribed to what. Filters without a wildcard are found by one hash look-up, those with wildcards in a trie
/// of topic levels. T is a small value with ==, for example a pointer or a number; Options is what a subscription says
/// beside its filter. Owner: whoever routes. One thread.
template <class T, class Options = Qos>
class SubscriptionTree {
 public:
  /// Most subscriptions in one tree.
  static constexpr std::size_t kDefaultMaxSubscriptions = 1'000'000;
  enum class Added { added, replaced, full };

  explicit SubscriptionTree(std::size_t maxSubscriptions = kDefaultMaxSubscriptions)
      : m_maxSubscriptions(maxSubscriptions) {}

  /// `filter` must be valid (checkTopicFilter). A second subscription of one subscriber to the same filter replaces the
  /// first [MQTT-3.8.4-3].
  Added add(std::string_view filter, const T& subscriber, const Options& options);
  /// False where there was no such subscription.
  bool remove(std::string_view filter, const T& subscriber);
  std::size_t size() const { return m_size; }

  /// Calls `visit(const T& subscriber, const Options& options)` once for each subscription that matches `topic`: who
  /// has overlapping ones comes several times. The tree must not change meanwhile.
  template <class Visitor>
  void match(std::string_view topic, Visitor&& visit) const;

 private:
  struct Subscription {
    T subscriber;
    Options options;
  };
  using Subscriptions = std::vector<Subscription>;

  struct Node {
    TextMap<std::unique_ptr<Node>> children;  // by level; "+" is a level like any other here
    Subscriptions here;                       // filters that end at this level
    Subscriptions below;                      // filters that end with "#" under this level
    bool empty() const { return children.empty() && here.empty() && below.empty(); }
  };

  Added insert(std::string_view filter, const T& subscriber, const Options& options);
  Added addTo(Subscriptions& list, const T& subscriber, const Options& options);
  bool removeFrom(Subscriptions& list, const T& subscriber);
  Node& childOf(Node& node, std::string_view level);
  bool removeBelow(Node& node, TopicLevels levels, const T& subscriber);
  template <class Visitor>
  static void visitAll(const Subscriptions& list, Visitor& visit);
  template <class Visitor>
  static void matchBelow(const Node& node, TopicLevels levels, bool wildcards, Visitor& visit);

  std::size_t m_maxSubscriptions;
  std::size_t m_size = 0;
  TextMap<Subscriptions> m_exact;
  Node m_root;
};

template <class T, class Options>
auto SubscriptionTree<T, Options>::addTo(Subscriptions& list, const T& subscriber, const Options& options) -> Added {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const Subscription& s) { return s.subscriber == subscriber; });
  if (found != list.end()) {
    found->options = options;
    return Added::replaced;
  }
  list.push_back({subscriber, options});
  ++m_size;
  return Added::added;
}

template <class T, class Options>
bool SubscriptionTree<T, Options>::removeFrom(Subscriptions& list, const T& subscriber) {
  const auto removed = std::erase_if(list, [&](const Subscription& s) { return s.subscriber == subscriber; });
  m_size -= removed;
  return removed != 0;
}

template <class T, class Options>
auto SubscriptionTree<T, Options>::childOf(Node& node, std::string_view level) -> Node& {
  auto found = node.children.find(level);
  if (found == node.children.end()) found = node.children.emplace(level, std::make_unique<Node>()).first;
  return *found->second;
}

template <class T, class Options>
auto SubscriptionTree<T, Options>::add(std::string_view filter, const T& subscriber, const Options& options) -> Added {
  if (m_size >= m_maxSubscriptions) {
    // At the limit only a replacement is possible; taking the old one away tells whether this is one.
    if (!remove(filter, subscriber)) return Added::full;
    insert(filter, subscriber, options);
    return Added::replaced;
  }
  return insert(filter, subscriber, options);
}

template <class T, class Options>
auto SubscriptionTree<T, Options>::insert(std::string_view filter, const T& subscriber, const Options& options)
    -> Added {
  if (!hasWildcard(filter)) {
    auto found = m_exact.find(filter);
    if (found == m_exact.end()) found = m_exact.emplace(filter, Subscriptions()).first;
    return addTo(found->second, subscriber, options);
  }
  Node* node = &m_root;
  TopicLevels levels(filter);
  while (const auto level = levels.next()) {
    if (*level == "#") return addTo(node->below, subscriber, options);
    node = &childOf(*node, *level);
  }
  return addTo(node->here, subscriber, options);
}

template <class T, class Options>
bool SubscriptionTree<T, Options>::remove(std::string_view filter, const T& subscriber) {
  if (hasWildcard(filter)) return removeBelow(m_root, TopicLevels(filter), subscriber);
  const auto found = m_exact.find(filter);
  if (found == m_exact.end()) return false;
  const bool removed = removeFrom(found->second, subscriber);
  if (found->second.empty()) m_exact.erase(found);
  return removed;
}

template <class T, class Options>
bool SubscriptionTree<T, Options>::removeBelow(Node& node, TopicLevels levels, const T& subscriber) {
  const auto level = levels.next();
  if (!level) return removeFrom(node.here, subscriber);
  if (*level == "#") return removeFrom(node.below, subscriber);
  const auto child = node.children.find(*level);
  if (child == node.children.end()) return false;
  const bool removed = removeBelow(*child->second, levels, subscriber);
  if (child->second->empty()) node.children.erase(child);
  return removed;
}

template <class T, class Options>
template <class Visitor>
void SubscriptionTree<T, Options>::visitAll(const Subscriptions& list, Visitor& visit) {
  for (const Subscription& subscription : list) visit(subscription.subscriber, subscription.options);
}

template <class T, class Options>
template <class Visitor>
void SubscriptionTree<T, Options>::match(std::string_view topic, Visitor&& visit) const {
  if (const auto found = m_exact.find(topic); found != m_exact.end()) visitAll(found->second, visit);
  // [MQTT-4.7.2-1]: a wildcard in the first level does not match a topic that starts with "$".
  if (!m_root.empty()) matchBelow(m_root, TopicLevels(topic), !topic.starts_with('$'), visit);
}

template <class T, class Options>
template <class Visitor>
void SubscriptionTree<T, Options>::matchBelow(const Node& node, TopicLevels levels, bool wildcards, Visitor& visit) {
  if (wildcards) visitAll(node.below, visit);  // "#" also matches the level above it
  const auto level = levels.next();
  if (!level) return visitAll(node.here, visit);
  if (const auto child = node.children.find(*level); child != node.children.end()) {
    matchBelow(*child->second, levels, true, visit);
  }
  if (!wildcards) return;
  if (const auto child = node.children.find(std::string_view("+")); child != node.children.end()) {
    matchBelow(*child->second, levels, true, visit);
  }
}

}  // namespace carport::mqtt
