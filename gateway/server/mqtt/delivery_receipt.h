#pragma once

#include "gateway/server/mqtt/ack_queue.h"
#include "gateway/transport/io_thread.h"

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

namespace carport {

class ShardCore;

/// Publishers whose acknowledgements wait until a batch of messages has reached all it goes to, on whatever threads.
/// Everybody who still has something to do for the batch holds it (another thread's delivery, an offer to a shared
/// subscription, a commit of a durable session); the last one to let go lets the publishers be acknowledged, on the
/// thread of its source. Any thread, except the constructor: the source's.
class DeliveryReceipt {
 public:
  struct Waiting {
    AckWaiter waiter;
    /// Which message of the batch it is, where its sender is to know whether anybody has subscribed to it.
    std::size_t message = kUnasked;
  };
  static constexpr std::size_t kUnasked = static_cast<std::size_t>(-1);

  DeliveryReceipt(ShardCore& source, std::vector<Waiting> waiting, std::size_t messages);
  ~DeliveryReceipt();
  DeliveryReceipt(const DeliveryReceipt&) = delete;
  DeliveryReceipt& operator=(const DeliveryReceipt&) = delete;

  /// Somebody has subscribed to that message.
  void reached(std::size_t message) {
    if (m_reached) m_reached[message].store(true, std::memory_order_relaxed);
  }
  /// The batch is not safe for somebody: nobody who waits is acknowledged; they connect again and send again. `why`
  /// lives for ever.
  void fail(const char* why) { m_failure.store(why, std::memory_order_relaxed); }

 private:
  ShardCore& m_source;
  const std::shared_ptr<IoThread> m_io;  // may outlive the source
  std::vector<Waiting> m_waiting;
  std::unique_ptr<std::atomic<bool>[]> m_reached;  // by message; null where nobody asks
  std::atomic<const char*> m_failure = nullptr;
};

}  // namespace carport
