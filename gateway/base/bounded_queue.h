#pragma once

#include "gateway/base/clock.h"

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

namespace carport {

/// A queue from many threads to one, with a limit. What does not fit is refused, never dropped in silence.
/// Owner: the consuming side. Every member may be called from any thread; one consumer at a time.
template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity) : m_capacity(capacity) {}

  /// Appends, or leaves `item` untouched and returns false where the queue is full or closed.
  bool tryPush(T&& item) {
    {
      std::lock_guard lock(m_mutex);
      if (m_closed || m_items.size() >= m_capacity) {
        ++m_refused;
        return false;
      }
      m_items.push_back(std::move(item));
    }
    m_filled.notify_one();
    return true;
  }

  /// Everything there is, in order, into `out` (emptied first). Waits up to `timeout` for a first item.
  /// Returns false once the queue is closed and empty.
  bool popAll(std::vector<T>& out, Milliseconds timeout) {
    out.clear();
    std::unique_lock lock(m_mutex);
    m_filled.wait_for(lock, timeout, [this] { return m_closed || !m_items.empty(); });
    out.swap(m_items);
    return !(m_closed && out.empty());
  }

  /// Refuses what comes from now on; what is inside can still be taken.
  void close() {
    {
      std::lock_guard lock(m_mutex);
      m_closed = true;
    }
    m_filled.notify_all();
  }

  std::size_t size() const {
    std::lock_guard lock(m_mutex);
    return m_items.size();
  }
  std::size_t capacity() const { return m_capacity; }
  /// How many items were refused since the start.
  std::size_t refused() const {
    std::lock_guard lock(m_mutex);
    return m_refused;
  }

 private:
  const std::size_t m_capacity;
  // Guards the members below. A post cannot do: this class is what a post is made of.
  mutable std::mutex m_mutex;
  std::condition_variable m_filled;
  std::vector<T> m_items;
  std::size_t m_refused = 0;
  bool m_closed = false;
};

}  // namespace carport
