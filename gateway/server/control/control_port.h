#pragma once

#include "gateway/transport/io_thread.h"

#include <cstddef>
#include <functional>
#include <mutex>

namespace carport {

/// The way onto the control thread, kept by whoever may come late: once closed, what comes is dropped, and the thread
/// may be gone. Shared by Control and the callbacks that it gave away. Any thread.
class ControlPort {
 public:
  explicit ControlPort(IoThread& thread) : m_thread(&thread) {}

  /// Runs `function` on the control thread; false where too many wait or the port is closed.
  bool tryPost(std::function<void()> function) {
    std::lock_guard lock(m_mutex);
    return m_thread != nullptr && m_thread->post(std::move(function));
  }
  /// The same for answers to what the control thread asked for; their number is bounded by the questions.
  void answer(std::function<void()> function) {
    std::lock_guard lock(m_mutex);
    if (m_thread != nullptr) m_thread->postAnswer(std::move(function));
  }
  void close() {
    std::lock_guard lock(m_mutex);
    m_thread = nullptr;
  }

 private:
  // Guards m_thread against stopping while somebody posts. A post cannot do: this is what posts go through.
  std::mutex m_mutex;
  IoThread* m_thread;
};

}  // namespace carport
