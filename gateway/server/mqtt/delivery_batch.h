#pragma once

#include "gateway/server/mqtt/mqtt_message.h"

#include <memory>
#include <vector>

namespace carport {

class DeliveryReceipt;

/// Messages that go out together; all I/O threads with subscribers share it.
struct DeliveryBatch {
  std::vector<MqttMessagePtr> messages;
  /// Who is acknowledged once everybody has them; null where nobody waits for that.
  std::shared_ptr<DeliveryReceipt> receipt;
};
using DeliveryBatchPtr = std::shared_ptr<const DeliveryBatch>;

}  // namespace carport
