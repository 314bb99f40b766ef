#include "gateway/server/mqtt/delivery_receipt.h"

#include "gateway/server/mqtt/mqtt_connection.h"
#include "gateway/server/mqtt/shard_core.h"

#include <algorithm>
#include <utility>

namespace carport {

DeliveryReceipt::DeliveryReceipt(ShardCore& source, std::vector<Waiting> waiting, std::size_t messages)
    : m_source(source), m_io(source.io), m_waiting(std::move(waiting)) {
  ++source.unanswered;
  const bool asked =
      std::any_of(m_waiting.begin(), m_waiting.end(), [](const Waiting& waits) { return waits.message != kUnasked; });
  if (asked) m_reached = std::make_unique<std::atomic<bool>[]>(messages);
}

DeliveryReceipt::~DeliveryReceipt() {
  for (auto& waits : m_waiting) {
    const bool asked = waits.message != kUnasked;
    waits.message = asked && m_reached[waits.message].load(std::memory_order_relaxed) ? kUnasked : waits.message;
  }
  // Not a bounded post: receipts are bounded by the publishes that wait, and nobody may wait for ever.
  m_io->postAnswer(
      [source = &m_source, waiting = std::move(m_waiting), failure = m_failure.load(std::memory_order_relaxed)] {
        --source->unanswered;
        for (const auto& [waiter, message] : waiting) {
          if (failure) {
            waiter.sender->notCommitted(waiter.ticket, failure);
            continue;
          }
          if (message != kUnasked) waiter.sender->judge(waiter.ticket, {mqtt::ReasonCode::noMatchingSubscribers});
          waiter.sender->committed(waiter.ticket);
        }
      });
}

}  // namespace carport
