#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace carport {

/// A queue that costs nothing while it is empty, unlike std::deque: tens of thousands of clients have some each. Items
/// must be movable; default-made ones must be cheap. Owner: whoever queues. One thread.
template <class T>
class FifoVector {
 public:
  using iterator = typename std::vector<T>::iterator;
  using const_iterator = typename std::vector<T>::const_iterator;

  /// Room for more than so many bytes is given back once the queue is empty.
  static constexpr std::size_t kKeptBytes = 1024;

  bool empty() const { return m_first == m_items.size(); }
  std::size_t size() const { return m_items.size() - m_first; }
  T& front() { return m_items[m_first]; }
  const T& front() const { return m_items[m_first]; }
  T& operator[](std::size_t index) { return m_items[m_first + index]; }
  iterator begin() { return m_items.begin() + static_cast<std::ptrdiff_t>(m_first); }
  iterator end() { return m_items.end(); }
  const_iterator begin() const { return m_items.begin() + static_cast<std::ptrdiff_t>(m_first); }
  const_iterator end() const { return m_items.end(); }

  void push_back(T item) { m_items.push_back(std::move(item)); }
  void pop_front() {
    m_items[m_first] = T();
    ++m_first;
    tidy();
  }
  void erase(iterator item) {
    if (item == begin()) return pop_front();
    m_items.erase(item);
    tidy();
  }
  template <class Predicate>
  std::size_t eraseIf(Predicate&& predicate) {
    const auto last = std::remove_if(begin(), end(), std::forward<Predicate>(predicate));
    const auto erased = static_cast<std::size_t>(end() - last);
    m_items.erase(last, end());
    tidy();
    return erased;
  }
  void clear() {
    m_first = m_items.size();
    tidy();
  }

 private:
  /// Forgets what has been taken out, seldom enough that an item is moved twice at most.
  void tidy() {
    if (empty()) {
      m_items.clear();
      m_first = 0;
      if (m_items.capacity() * sizeof(T) > kKeptBytes) m_items.shrink_to_fit();
    } else if (m_first >= kTidyItems && m_first * 2 >= m_items.size()) {
      m_items.erase(m_items.begin(), begin());
      m_first = 0;
    }
  }

  /// Fewer dead items than these are not worth moving the living ones.
  static constexpr std::size_t kTidyItems = 32;

  std::vector<T> m_items;
  std::size_t m_first = 0;
};

}  // namespace carport
