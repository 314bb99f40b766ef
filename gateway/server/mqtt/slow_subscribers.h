#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace carport {

/// How many users and services of each organisation do not keep up with what they subscribed to: only their own cars'
/// senders wait for them. The house has a count of its own elsewhere. Any thread. Owner: MqttContext.
class SlowSubscribers {
 public:
  using Count = std::shared_ptr<std::atomic<std::size_t>>;

  /// The organisation's count, to be kept by each of its sessions.
  Count of(std::string_view organisation) {
    std::lock_guard lock(m_mutex);
    const auto found = m_counts.find(organisation);
    if (found != m_counts.end()) return found->second;
    return m_counts.emplace(std::string(organisation), std::make_shared<std::atomic<std::size_t>>(0)).first->second;
  }
  /// For who has no session that keeps the count.
  bool hasAny(std::string_view organisation) const {
    std::lock_guard lock(m_mutex);
    const auto found = m_counts.find(organisation);
    return found != m_counts.end() && found->second->load(std::memory_order_relaxed) > 0;
  }
  /// Those of all organisations.
  std::size_t total() const {
    std::lock_guard lock(m_mutex);
    std::size_t sum = 0;
    for (const auto& [organisation, count] : m_counts) sum += count->load(std::memory_order_relaxed);
    return sum;
  }

 private:
  // Guards the map. It is asked once for each session or HTTP message of an organisation, on whichever thread that is;
  // the counts themselves need no lock.
  mutable std::mutex m_mutex;
  std::map<std::string, Count, std::less<>> m_counts;  // one an organisation that has had a session
};

}  // namespace carport
