#pragma once

#include "gateway/protocol/mqtt/subscription_tree.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace carport {

/// A tree of subscriptions for each organisation that has any: what one subscribes to costs the messages of another
/// nothing, and nobody can tell from its own messages whether others have subscribed. The house has its own elsewhere.
/// No thread of its own.
template <class Key>
class OrganisationTrees {
 public:
  using Tree = mqtt::SubscriptionTree<Key>;

  /// The organisation's, made where it has none yet.
  Tree& of(std::string_view organisation) {
    const auto found = m_trees.find(organisation);
    return found != m_trees.end() ? found->second : m_trees[std::string(organisation)];
  }
  /// Null where it has none.
  const Tree* find(std::string_view organisation) const {
    const auto found = m_trees.find(organisation);
    return found == m_trees.end() ? nullptr : &found->second;
  }
  /// Lets the organisation's go where nothing is in it any more; call after removing something.
  void trim(std::string_view organisation) {
    const auto found = m_trees.find(organisation);
    if (found != m_trees.end() && found->second.size() == 0) m_trees.erase(found);
  }

 private:
  std::map<std::string, Tree, std::less<>> m_trees;
};

}  // namespace carport
