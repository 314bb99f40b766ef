#pragma once

#include <atomic>
#include <cstdint>

namespace carport {

/// A total that one thread counts and any thread reads. Counting costs what a plain number costs: with one writer the
/// bus need not be locked. Owner: the counting thread.
class SoleCounter {
 public:
  void add(std::uint64_t by = 1) {
    m_value.store(m_value.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  void subtract(std::uint64_t by = 1) {
    m_value.store(m_value.load(std::memory_order_relaxed) - by, std::memory_order_relaxed);
  }
  std::uint64_t get() const { return m_value.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> m_value{0};
};

}  // namespace carport
