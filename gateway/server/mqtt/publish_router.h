#pragma once

#include "gateway/api/car_state.h"
#include "gateway/base/error.h"
#include "gateway/domain/car_topics.h"
#include "gateway/domain/durable_log.h"
#include "gateway/protocol/mqtt/packets.h"
#include "gateway/protocol/payload/telemetry_decoder.h"
#include "gateway/server/mqtt/access_gate.h"
#include "gateway/server/mqtt/ingest_batcher.h"
#include "gateway/server/mqtt/mqtt_connection.h"
#include "gateway/server/mqtt/mqtt_message.h"
#include "gateway/server/mqtt/mqtt_will.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

class FanOut;
class MqttSession;
class ShardCore;

/// Where a published message goes: telemetry and events to the disk, replies and commands to the control thread, all
/// else to subscribers. Owner: MqttShard; its thread.
class PublishRouter {
 public:
  /// A car whose fields are refused is named in the log this often: its next message will hardly be better.
  static constexpr Milliseconds kRefusedQuietTime = std::chrono::minutes(5);

  PublishRouter(ShardCore& core, IngestBatcher& batcher, FanOut& fanOut);

  /// What came of the message that was routed last.
  struct Made {
    PrincipalNumber car;                 ///< whose topic it is, where it is a car's and that is allowed
    std::uint8_t organisationBytes = 0;  ///< as MqttMessage's
    std::uint32_t samples = 0;
    std::uint32_t values = 0;
    std::string reason{};  ///< what was refused and why; empty: nothing
  };

  Routed route(MqttConnection& connection, const mqtt::Publish& publish);
  const Made& made() const { return m_made; }
  /// The will of a session, in its name.
  void publishWill(MqttSession& session, const MqttWill& will);
  /// The decoder of this I/O thread, for what comes by other doors.
  payload::TelemetryDecoder& decoder() { return m_decoder; }

 private:
  struct Incoming {
    MqttSession& session;
    MqttConnection* connection;  ///< null for wills: nobody waits for their acknowledgement
    const mqtt::Publish& publish;
    std::optional<std::uint32_t> expirySeconds{};
    PrincipalNumber car{};
    std::uint8_t organisationBytes = 0;

    bool acknowledged() const { return connection && publish.qos != mqtt::Qos::atMostOnce; }
    bool canBeTold() const { return connection && connection->protocol().level() == mqtt::ProtocolLevel::v5; }
  };

  Routed decide(Incoming in);
  Routed routeTelemetry(const Incoming& in);
  Routed routeEvent(const Incoming& in);
  Routed routeReply(const Incoming& in, std::string_view commandId);
  Routed routeCommand(const Incoming& in);
  Routed routeOrdinary(const Incoming& in);
  Routed routeNitrogen(const Incoming& in);
  Routed notAllowed(const Incoming& in, bool unknownCar);
  Routed noRoom(const Incoming& in);
  /// The disk is so full that what nobody waits for is not taken.
  bool dropsForDisk(const Incoming& in) const;
  /// Acknowledges at once, saying why nothing came of the message; returns `as`.
  Routed turnDown(const Incoming& in, Routed as, Verdict verdict);
  Routed unusable(const Incoming& in, const Error& why);
  void warnOfRefused(const Incoming& in, const std::vector<api::Refusal>& refusals);
  MqttMessagePtr messageFor(const Incoming& in) const;
  AckWaiter waiterFor(const Incoming& in, int waits, Verdict verdict = {}) const;
  /// Whose the topic is; empty: the house's.
  static std::string_view organisationOf(const Incoming& in);
  bool isLimitReached(const Incoming& in) const;
  bool keepRetained(const Incoming& in, const MqttMessagePtr& message, std::shared_ptr<AckWaiter> waiter);
  DurableLog::Done controlDone(const Incoming& in, MqttMessagePtr message);
  void noteMade(std::size_t firstRow, const std::vector<api::Refusal>& refusals);

  ShardCore& m_core;
  IngestBatcher& m_batcher;
  FanOut& m_fanOut;
  payload::TelemetryDecoder m_decoder;
  Made m_made;
};

}  // namespace carport
