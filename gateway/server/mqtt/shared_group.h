#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace carport {

/// `$share/{name}/{filter}`: subscribers who share a subscription's messages, each message going to one of them
/// (MQTT 5.0 §4.8.2). Knows on which I/O threads they are and whose turn it is. Any thread.
class SharedGroup {
 public:
  using ShardIndex = std::size_t;

  SharedGroup(std::string organisation, std::string name, std::string filter, std::size_t shards)
      : m_organisation(std::move(organisation)),
        m_name(std::move(name)),
        m_filter(std::move(filter)),
        m_shards(shards),
        m_members(std::make_unique<std::atomic<std::uint32_t>[]>(shards)) {}

  /// Whose members share it: groups of the same name in two organisations are two.
  const std::string& organisation() const { return m_organisation; }
  const std::string& name() const { return m_name; }
  const std::string& filter() const { return m_filter; }

  void joined(ShardIndex shard) { m_members[shard].fetch_add(1, std::memory_order_relaxed); }
  void left(ShardIndex shard) { m_members[shard].fetch_sub(1, std::memory_order_relaxed); }
  std::size_t members() const {
    std::size_t all = 0;
    for (ShardIndex shard = 0; shard < m_shards; ++shard) all += m_members[shard].load(std::memory_order_relaxed);
    return all;
  }
  std::size_t shardsWithMembers() const {
    std::size_t all = 0;
    for (ShardIndex shard = 0; shard < m_shards; ++shard)
      all += m_members[shard].load(std::memory_order_relaxed) > 0 ? 1 : 0;
    return all;
  }
  /// The thread whose members' turn it is: each thread in proportion to its members. None where the group has none.
  std::optional<ShardIndex> nextShard() {
    const auto all = members();
    if (all == 0) return std::nullopt;
    auto turn = m_turn.fetch_add(1, std::memory_order_relaxed) % all;
    for (ShardIndex shard = 0; shard < m_shards; ++shard) {
      const std::size_t here = m_members[shard].load(std::memory_order_relaxed);
      if (turn < here) return shard;
      turn -= here;
    }
    return shardAfter(m_shards - 1);
  }
  /// The next thread with members after this one, around and around; may be this one.
  std::optional<ShardIndex> shardAfter(ShardIndex shard) const {
    for (std::size_t step = 1; step <= m_shards; ++step) {
      const auto next = (shard + step) % m_shards;
      if (m_members[next].load(std::memory_order_relaxed) > 0) return next;
    }
    return std::nullopt;
  }

 private:
  const std::string m_organisation;
  const std::string m_name;
  const std::string m_filter;
  const std::size_t m_shards;
  const std::unique_ptr<std::atomic<std::uint32_t>[]> m_members;  // by thread
  std::atomic<std::uint64_t> m_turn = 0;
};

}  // namespace carport
