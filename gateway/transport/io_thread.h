#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <string_view>
#include <thread>
#include <utility>

namespace carport {

/// One thread that runs one io_context. What lives on it is touched by no other thread; others reach it by post().
/// Owner: the server part it serves.
class IoThread {
 public:
  /// Most posted functions that may wait; more are refused.
  static constexpr std::size_t kMaxPosted = 65'536;

  /// Told on the thread about an exception that a handler let out.
  using HandlerFailed = std::function<void(std::string_view what)>;

  explicit IoThread(std::size_t maxPosted = kMaxPosted, HandlerFailed handlerFailed = {});
  /// Stops and joins.
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  boost::asio::io_context& context() { return m_context; }

  /// Runs handlers until stop(). An exception that one lets out ends that handler alone: it is told and counted, and
  /// the others go on, because ending the program would cut everybody off for the sake of one.
  void start();
  /// Lets what runs now end, drops what waits, joins. Not from the thread itself. Safe to call twice.
  void stop();

  /// Runs `function` on the thread, in order of posting. False where too many wait: nothing was taken. Any thread.
  template <class Function>
  bool post(Function&& function) {
    if (m_posted.fetch_add(1, std::memory_order_relaxed) >= m_maxPosted) {
      m_posted.fetch_sub(1, std::memory_order_relaxed);
      m_refused.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    boost::asio::post(m_context, [this, f = std::forward<Function>(function)]() mutable {
      m_posted.fetch_sub(1, std::memory_order_relaxed);
      f();
    });
    return true;
  }
  /// The same without a limit of its own, for answers to what this thread asked for: their number is bounded by the
  /// questions, and losing one would hang somebody. Any thread.
  template <class Function>
  void postAnswer(Function&& function) {
    boost::asio::post(m_context, std::forward<Function>(function));
  }

  /// How many posts wait now. Any thread.
  std::size_t waiting() const { return m_posted.load(std::memory_order_relaxed); }
  std::size_t maxWaiting() const { return m_maxPosted; }
  /// How many posts were refused since the start. Any thread.
  std::size_t refused() const { return m_refused.load(std::memory_order_relaxed); }
  /// How many handlers let an exception out since the start. Any thread.
  std::size_t failures() const { return m_failures.load(std::memory_order_relaxed); }

 private:
  void run();
  void failed(std::string_view what);

  const std::size_t m_maxPosted;
  const HandlerFailed m_handlerFailed;
  std::atomic<std::size_t> m_failures = 0;
  std::atomic<std::size_t> m_posted = 0;
  std::atomic<std::size_t> m_refused = 0;
  boost::asio::io_context m_context{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> m_work;
  std::thread m_thread;
};

}  // namespace carport
