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

 private:
  // Guards the map. It is asked once for each session, on whichever thread that is; the counts themselves need no lock.
  std::mutex m_mutex;
  std::map<std::string, Count, std::less<>> m_counts;  // one an organisation that has had a session
};

}  // namespace carport
