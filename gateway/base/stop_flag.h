#pragma once

#include <atomic>
#include <memory>

namespace carport {

/// Says to long work on another thread that nobody wants its result any more: the work looks at it between two pieces
/// and ends with BaseErrc::cancelled. A value; copies speak of the same. Any thread. One made by default is never
/// raised.
class StopFlag {
 public:
  StopFlag() = default;
  /// One that can be raised.
  static StopFlag make() {
    StopFlag flag;
    flag.m_raised = std::make_shared<std::atomic<bool>>(false);
    return flag;
  }

  void raise() const {
    if (m_raised) m_raised->store(true, std::memory_order_relaxed);
  }
  bool isRaised() const { return m_raised && m_raised->load(std::memory_order_relaxed); }

 private:
  std::shared_ptr<std::atomic<bool>> m_raised;  // null: never
};

}  // namespace carport
