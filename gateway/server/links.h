#pragma once

#include "gateway/api/car_state.h"
#include "gateway/api/command.h"
#include "gateway/api/event.h"
#include "gateway/api/sample.h"
#include "gateway/domain/durable_log.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace carport {

/// Counters of the MQTT side; totals since the start.
struct MqttCounters {
  std::uint64_t connections = 0;  ///< open now
  std::uint64_t messagesReceived = 0;
  std::uint64_t messagesDelivered = 0;
  std::uint64_t shedMessages = 0;     ///< received in QoS 0 and dropped: the storage did not keep up
  std::uint64_t shedDeliveries = 0;   ///< not delivered to a subscriber that did not keep up
  std::uint64_t refusedMessages = 0;  ///< not permitted or unreadable
  std::uint64_t refusedConnections = 0;
};

/// What the MQTT side tells the control thread. Implemented by Control; every function may be called from any thread
/// and only posts.
class ControlLink {
 public:
  virtual ~ControlLink() = default;

  /// These samples are on disk.
  virtual void samplesCommitted(std::shared_ptr<const SampleBatch> samples) = 0;
  /// These events are on disk, numbers filled in.
  virtual void eventsCommitted(std::vector<api::Event> events) = 0;
  virtual void fieldsRefused(PrincipalNumber car, std::vector<api::Refusal> refusals) = 0;
  virtual void carConnected(PrincipalNumber car, bool connected) = 0;
  /// The car has subscribed to its command topic: open commands can go out.
  virtual void carReadyForCommands(PrincipalNumber car) = 0;
  /// The command was written to the car's connection.
  virtual void commandSent(PrincipalNumber car, std::string commandId) = 0;
  /// The car acknowledged the command's message (PUBACK).
  virtual void commandReceived(PrincipalNumber car, std::string commandId) = 0;
  /// The car published a reply; `done` is called once its effect is on disk, or with why it has none.
  virtual void commandReplied(PrincipalNumber car, std::string commandId, std::string payload,
                              DurableLog::Done done) = 0;
  /// Somebody who may command this car published `{name, arguments, expiresAt}` on its command topic.
  virtual void commandRequested(PrincipalNumber by, PrincipalNumber car, std::string payload,
                                DurableLog::Done done) = 0;
  /// Somebody who is not in the registry wants in: another process may just have written it. Looks at the stored
  /// registry at once, or where that is asked for too often with the next look, and calls `afterPoll` on any thread.
  virtual void registryMayHaveChanged(std::function<void()> afterPoll) = 0;
};

/// What the control thread asks of the MQTT side. Implemented by MqttFront; every function may be called from any
/// thread and only posts (counters() reads atomics).
class MqttLink {
 public:
  virtual ~MqttLink() = default;

  /// Publishes the command on the car's command topic to its own session, where it is connected and subscribed;
  /// ControlLink::commandSent tells that it went out. The front re-checks expiry just before writing.
  virtual void deliverCommand(api::Command command, std::string carId) = 0;
  /// Principals or rules changed: cached decisions are void; connections of blocked or removed principals are closed.
  virtual void registryChanged() = 0;
  virtual MqttCounters counters() const = 0;
};

}  // namespace carport
