#pragma once

#include "gateway/api/audit.h"
#include "gateway/api/car_state.h"
#include "gateway/api/command.h"
#include "gateway/api/event.h"
#include "gateway/api/raw_message.h"
#include "gateway/api/sample.h"
#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/domain/durable_log.h"
#include "gateway/server/mqtt/mqtt_transport.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace carport {

class DeviceDoor;

/// What became of a message that a client sent.
enum class MessageResult : std::uint8_t {
  accepted,
  shed,      ///< of QoS 0, and dropped: the storage did not keep up, or the disk is nearly full
  denied,    ///< the rules do not allow it
  unusable,  ///< nobody can read it
  limited    ///< over a limit
};
inline constexpr std::size_t kMessageResults = 5;

/// Why a client was not let in over MQTT.
enum class ConnectionRefusal : std::uint8_t {
  full,         ///< every connection is in use
  credentials,  ///< none, wrong ones, or ones that do not fit together
  blocked,
  busy,       ///< too many passwords are being checked, or too many devices registered
  throttled,  ///< it got it wrong too often
  limited     ///< over a limit on connections or sign-ins
};
inline constexpr std::size_t kConnectionRefusals = 6;

/// Counters of what comes in at ports of one kind; totals since the start.
struct TransportCounters {
  std::uint64_t connections = 0;  ///< open now
  std::uint64_t accepted = 0;     ///< connections since the start
  std::array<std::uint64_t, kMessageResults> messages{};
  std::uint64_t bytesReceived = 0;  ///< of MQTT, without what TLS and WebSocket add
  std::uint64_t bytesSent = 0;
};

/// Counters of the MQTT side; totals since the start.
struct MqttCounters {
  std::uint64_t connections = 0;  ///< open now
  std::uint64_t messagesReceived = 0;
  std::uint64_t messagesDelivered = 0;
  std::uint64_t shedMessages = 0;     ///< received in QoS 0 and dropped: the storage did not keep up
  std::uint64_t shedDeliveries = 0;   ///< not delivered to a subscriber that did not keep up
  std::uint64_t refusedMessages = 0;  ///< not permitted, unreadable or without effect
  std::uint64_t refusedConnections = 0;
  std::uint64_t ineffectiveMessages = 0;  ///< wills that were refused; replies and commands that had no effect
  std::array<TransportCounters, kMqttTransports> transports{};
  std::array<std::uint64_t, kMessageResults> doorMessages{};  ///< by other doors than MQTT, in no other figure here
  std::array<std::uint64_t, kConnectionRefusals> refusals{};
  std::uint64_t forgottenConnections = 0;  ///< openings, ends and counts of connections that could not be recorded
  std::uint64_t maxConnections = 0;        ///< the limit
  std::uint64_t postsWaiting = 0;          ///< for the I/O thread that has the most, now
  std::uint64_t maxPosts = 0;              ///< the limit of each
  std::uint64_t refusedPosts = 0;
  std::uint64_t subscriptions = 0;    ///< now, other than the cars' to their own commands
  std::uint64_t slowSubscribers = 0;  ///< now: those for whom senders wait
};

/// How clients are let go; see MqttLink::drain().
struct DrainOrder {
  Milliseconds period{0};  ///< over which connections are closed, evenly; the cars' first
  std::string server;      ///< HOST:PORT for MQTT 5.0 clients to go to instead; empty: they are told of none
};

/// Which of the messages that came in, as they came: of one car, since the last time.
struct RawWish {
  PrincipalNumber car;
  std::vector<std::uint64_t> after;  ///< RawAnswer::next of the last time; empty: the newest that are kept
  std::size_t most = api::RawMessages::kMaxAtOnce;
};
/// How many messages, by their topics.
using CountsByTopic = std::map<std::string, std::uint64_t, std::less<>>;
struct RawAnswer {
  std::vector<api::RawMessage> messages;  ///< in order of arrival
  std::vector<std::uint64_t> next;        ///< where to go on
  CountsByTopic leftOut;                  ///< that came since `after`, before those here
};

/// A subscription of a client that speaks Nitrogen's MQTT dialect.
struct NitrogenSubscription {
  std::uint64_t number = 0;  ///< the MQTT side's
  PrincipalNumber who;
  std::string filter;                             ///< an api::DocumentFilter, as text
  std::function<void(std::string body)> deliver;  ///< any thread; only posts
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
  /// Somebody who speaks Nitrogen's MQTT dialect published a message of Nitrogen's API, from this address; `done` is
  /// called once it is on disk, or with why it was not taken.
  virtual void nitrogenPublished(PrincipalNumber by, std::string address, std::string payload,
                                 DurableLog::Done done) = 0;
  virtual void nitrogenSubscribed(NitrogenSubscription subscription) = 0;
  virtual void nitrogenUnsubscribed(std::uint64_t number) = 0;
  /// Somebody who is not in the registry wants in: another process may just have written it. Looks at the stored
  /// registry at once, or where that is asked for too often with the next look, and calls `afterPoll` on any thread.
  virtual void registryMayHaveChanged(std::function<void()> afterPoll) = 0;
  /// A device that nobody knows gave a password with a provisioning key in it: registers it where the key lets it, and
  /// calls `done` on any thread, whatever came of it: `isBusy` where too much waits, and the same may be tried again.
  virtual void deviceWantsIn(std::string id, std::string password, std::string address,
                             std::function<void(bool isBusy)> done) = 0;
  /// Somebody signed in with this token, from that address.
  virtual void tokenUsed(std::int64_t token, std::string address) = 0;
  /// Somebody was not allowed what they tried: for the audit log, which counts what is alike and leaves a flood out.
  virtual void attemptRefused(api::AuditEntry entry) = 0;
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
  /// Answers with the newest messages of a car that are still in memory; `done` is called on any thread, or never once
  /// the MQTT side stops.
  virtual void rawMessages(RawWish wish, std::function<void(RawAnswer)> done) = 0;

  /// Closes the ports and lets clients go: each is read from no more, gets what it is owed, and is told why (MQTT 5.0:
  /// DISCONNECT with "use another server" where one is named, else "server shutting down"). Again: the new order holds.
  virtual void drain(DrainOrder order) = 0;
  /// Opens the ports again. `done` is called on any thread: a port may have been taken meanwhile.
  virtual void resume(std::function<void(Result<void>)> done) = 0;
  /// Where what devices send by other doors goes in; lives as long as this.
  virtual DeviceDoor& deviceDoor() = 0;
};

}  // namespace carport
