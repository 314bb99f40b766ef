#pragma once

#include "gateway/base/result.h"
#include "gateway/protocol/payload/telemetry_decoder.h"
#include "gateway/server/device_door.h"
#include "gateway/server/links.h"
#include "gateway/server/mqtt/mqtt_message.h"

#include <string_view>
#include <vector>

namespace carport {

class FanOut;
class IngestBatcher;
class ShardCore;

/// Takes in what came by other doors, as PublishRouter takes in what connections publish: the same decoder, the same
/// batches, the same subscribers. Who waits for it is told instead of held up. Owner: MqttShard; its thread.
class DoorDesk {
 public:
  DoorDesk(ShardCore& core, IngestBatcher& batcher, FanOut& fanOut, payload::TelemetryDecoder& decoder);

  void take(const DoorMessage& message, DeviceDoor::Done done);

 private:
  /// Fails where a sender of QoS 1 would have to wait.
  Result<void> checkRoom(const DoorMessage& message) const;
  bool subscribersKeepUp(const DoorMessage& message) const;
  void takeTelemetry(const DoorMessage& message, DeviceDoor::Done done);
  void takeEvents(const DoorMessage& message, DeviceDoor::Done done);
  void count(MessageResult result);
  void refused(const DoorMessage& message, std::vector<api::Refusal> refusals);
  /// Keeps what came as it came, but for its being JSON by now. `firstRow`: of the samples that came of it.
  void keepRaw(const DoorMessage& message, TimePoint arrival, api::MessageOutcome outcome, std::size_t firstRow,
               std::string_view reason);
  /// Null where nobody has subscribed to anything.
  MqttMessagePtr messageFor(const DoorMessage& message, std::string_view payload) const;

  ShardCore& m_core;
  IngestBatcher& m_batcher;
  FanOut& m_fanOut;
  payload::TelemetryDecoder& m_decoder;
};

}  // namespace carport
