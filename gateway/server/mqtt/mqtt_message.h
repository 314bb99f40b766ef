#pragma once

#include "gateway/base/strong_id.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace carport {

/// A message on its way to subscribers. Immutable once shared, so that every I/O thread may hold it.
struct MqttMessage {
  std::string topic;
  std::string payload;
  std::uint8_t qos = 0;
  bool retain = false;
  PrincipalNumber car;     ///< whose topic it is; none for topics that belong to no car
  bool isCommand = false;  ///< to the car itself by CommandCourier alone, and never to another car
};
using MqttMessagePtr = std::shared_ptr<const MqttMessage>;
/// What one commit lets go out; shared by all I/O threads with subscribers.
using MqttMessagesPtr = std::shared_ptr<const std::vector<MqttMessagePtr>>;

}  // namespace carport
