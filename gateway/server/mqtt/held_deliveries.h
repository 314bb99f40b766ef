#pragma once

#include "gateway/server/mqtt/delivery_receipt.h"
#include "gateway/server/mqtt/outgoing.h"

#include <memory>
#include <vector>

namespace carport {

/// A message for a session that is on its way from one thread to another.
struct HeldDelivery {
  Outgoing outgoing;
  std::shared_ptr<DeliveryReceipt> receipt;  ///< its sender is acknowledged once the session has it
};
using HeldDeliveries = std::vector<HeldDelivery>;

/// What a session has left on the thread that it came from: a stand-in, which holds what that thread gets for it.
struct LeftBehind {
  std::size_t shard = 0;
  std::uint64_t number = 0;  ///< of the stand-in, on that thread
};

}  // namespace carport
