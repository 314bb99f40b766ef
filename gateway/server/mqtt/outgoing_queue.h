#pragma once

#include "gateway/base/clock.h"
#include "gateway/domain/session_record.h"
#include "gateway/protocol/mqtt/packets.h"
#include "gateway/server/mqtt/fifo_vector.h"
#include "gateway/server/mqtt/mqtt_message.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace carport {

class MqttConnection;
class SharedGroup;
class ShardCore;

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
};

/// The messages to one client: those that wait, and those that are out and not acknowledged (MQTT 5.0 §4.3, §4.4).
/// Owner: MqttSession; the thread of its shard.
class OutgoingQueue {
 public:
  enum class Delivery : std::uint8_t {
    sent,
    queued,
    shed,      ///< QoS 0, and the client does not keep up
    overflow,  ///< the queue is full
    dropped,   ///< has expired, or is larger than the client takes
  };
  enum class CommandDelivery : std::uint8_t { sent, hadAlready, noRoom };
  /// What an acknowledgement was about.
  struct Settled {
    bool known = false;
    std::string commandId{};  ///< where it was a command that has arrived
  };

  void moveTo(ShardCore& core) { m_core = &core; }
  void attach(MqttConnection* connection) { m_connection = connection; }
  void detach();
  /// Sends again what was not acknowledged, except commands, then what has waited.
  void resume();

  /// Sends the message now, or keeps it for when there is room or the client is back: those of QoS 1 and 2, and
  /// retained messages of any QoS, of which there may be far more at a subscription than a client takes at once.
  Delivery deliver(Outgoing outgoing);
  /// The message would go out at once.
  bool takesNow(mqtt::Qos qos) const;
  /// The message would at least be kept.
  bool hasRoomFor(const MqttMessage& message) const;
  /// Sends a command now or not at all: one that waited could be carried out too late. A connection gets a command
  /// once; one that an earlier connection did not acknowledge is sent again as what it was, marked as a duplicate.
  CommandDelivery sendCommand(const MqttMessagePtr& message, mqtt::Qos qos, const std::string& commandId);
  /// The client has read what it was sent: what waited for that goes out.
  void sendQueued();

  /// PUBACK, or the end of QoS 2 (PUBCOMP).
  Settled acknowledged(mqtt::PacketId packetId);
  /// PUBREC: the client has the message; a failure ends the matter.
  Settled received(mqtt::PacketId packetId, mqtt::ReasonCode reason);

  /// What came through shared subscriptions and another member may still have: what was not sent, and in QoS 1 what was
  /// not acknowledged (MQTT 5.0 §4.8.2). Taken out; for a session that ends.
  std::vector<Outgoing> takeShared();
  bool empty() const { return m_queue.empty() && m_inflight.empty(); }

 private:
  struct Inflight {
    mqtt::PacketId packetId = 0;
    Outgoing outgoing;
    OutgoingState state = OutgoingState::sent;
    bool awaitsOffer = false;   ///< a command that this connection has not been sent yet
    bool awaitsResend = false;  ///< of an earlier connection; this one has not had it yet
  };
  enum class Sending : std::uint8_t { sent, noRoom, dropped };

  bool hasRoomToSend() const;
  bool isWindowOpen(mqtt::Qos qos) const;
  Sending send(Outgoing& outgoing);
  Delivery keep(Outgoing outgoing);
  bool dropExpired();
  void forgetQueued(const Outgoing& outgoing);
  bool sendAgain(Inflight& inflight);
  bool sendAgainWhatWaits();
  CommandDelivery sendCommandAgain(Inflight& command);
  void commandSettled(std::string commandId);
  FifoVector<Inflight>::iterator find(mqtt::PacketId packetId);
  void finished(FifoVector<Inflight>::iterator inflight);

  ShardCore* m_core = nullptr;
  MqttConnection* m_connection = nullptr;
  FifoVector<Inflight> m_inflight;  // in the order of sending, which is that of sending again
  std::size_t m_inflightCommands = 0;
  bool m_awaitsResend = false;                // some of m_inflight do
  FifoVector<std::string> m_settledCommands;  // had by this connection: of QoS 0, or acknowledged; the newest ones
  FifoVector<Outgoing> m_queue;
  std::int64_t m_lastSequence = 0;
  // Without the gateway's retained messages, which it keeps anyway.
  std::size_t m_queuedMessages = 0;
  std::size_t m_queuedBytes = 0;
};

}  // namespace carport
