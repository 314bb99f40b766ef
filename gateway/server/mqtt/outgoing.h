#pragma once

#include "gateway/protocol/mqtt/packets.h"
#include "gateway/server/mqtt/mqtt_message.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace carport {

class SharedGroup;

/// A message for one client, with how it gets it.
struct Outgoing {
  MqttMessagePtr message;
  mqtt::Qos qos = mqtt::Qos::atMostOnce;
  bool retain = false;                         ///< as the client sees it
  bool isStored = false;                       ///< one of the gateway's retained messages, sent for a subscription
  std::vector<std::uint32_t> identifiers{};    ///< of the subscriptions that it matched
  std::shared_ptr<const SharedGroup> group{};  ///< where it came through a shared subscription
  std::string commandId{};
  std::int64_t sequence = 0;  ///< the session's own numbering of what it keeps; 0: not numbered yet
  bool isRecorded = false;    ///< the journal has it
};

}  // namespace carport
