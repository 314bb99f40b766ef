#pragma once

#include "gateway/base/clock.h"
#include "gateway/domain/session_record.h"
#include "gateway/protocol/mqtt/connection_options.h"
#include "gateway/protocol/mqtt/packets.h"
#include "gateway/server/mqtt/fifo_vector.h"
#include "gateway/server/mqtt/mqtt_message.h"
#include "gateway/server/mqtt/outgoing.h"
#include "gateway/server/mqtt/retained_reader.h"
#include "gateway/server/mqtt/slow_subscribers.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carport {

class MqttConnection;
class ShardCore;

/// The messages to one client: those that wait, and those that are out and not acknowledged (MQTT 5.0 §4.3, §4.4).
/// Owner: MqttSession; the thread of its shard.
class OutgoingQueue {
 public:
  /// Portions of retained messages that one client gets in a turn.
  static constexpr int kPortionsAtOnce = 8;

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
    bool awaitsDisk = false;  ///< PUBREL is sent later
    std::string commandId{};  ///< where it was a command that has arrived
  };

  OutgoingQueue() = default;
  ~OutgoingQueue();
  OutgoingQueue(const OutgoingQueue&) = delete;
  OutgoingQueue& operator=(const OutgoingQueue&) = delete;

  /// It serves a session of the organisation (empty: the house) on the thread of `core` from now on.
  void moveTo(ShardCore& core, std::string_view organisation);
  void attach(MqttConnection* connection) { m_connection = connection; }
  void detach();
  /// Sends again what was not acknowledged, except commands, then what has waited.
  void resume();

  /// Sends the message now, or keeps it for when there is room or the client is back: those of QoS 1 and 2, and
  /// retained messages of any QoS, of which there may be far more at a subscription than a client takes at once.
  Delivery deliver(Outgoing outgoing);
  /// Sends what the reader gives, as the client takes it; instead of what an earlier reader of its filter still has.
  void feed(RetainedReader reader);
  void endFeed(std::string_view filter);
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
  bool empty() const { return m_queue.empty() && m_inflight.empty() && m_readers.empty(); }
  /// Messages that wait, without the gateway's retained ones.
  std::size_t queued() const { return m_queuedMessages; }
  /// There is something that goes out once the client has read what it was sent.
  bool isWaiting() const { return m_awaitsResend || m_someReady || !m_queue.empty() || !m_readers.empty(); }
  /// What its client sends with QoS 1 or 2 waits for others of its organisation, or of the house, that are slow.
  bool mustWaitForOthers() const;
  /// They have waited for it long enough.
  bool isStuck(SteadyPoint now) const;

  /// From now on what happens to the messages goes to the journal as `session`'s; none: no more. In QoS 2 every step is
  /// on disk before the client hears of it: otherwise a restart could give it a message twice, or another one under an
  /// id that it takes for an old one.
  void recordAs(SessionNumber session) { m_session = session; }
  /// One that an earlier run of the gateway has left behind; in the order of their sequence, before anything else.
  void restore(const StoredOutgoing& stored, MqttMessagePtr message);
  /// Tells the journal of everything that it has been told of, once more.
  void recordAll();

 private:
  struct Inflight {
    mqtt::PacketId packetId = 0;
    Outgoing outgoing;
    OutgoingState state = OutgoingState::sent;
    bool awaitsOffer = false;   ///< a command that this connection has not been sent yet
    bool awaitsResend = false;  ///< of an earlier connection; this one has not had it yet
    bool awaitsDisk = false;    ///< its state is on its way to the disk; then the client is told
    bool isReady = false;       ///< the client is to be told now
    std::uint64_t batch = 0;    ///< of the journal, with its state
  };
  enum class Sending : std::uint8_t { sent, noRoom, dropped };

  /// Users and services get what a whole fleet sends, while they are connected.
  bool servesAFleet() const;
  std::size_t windowLimit() const;
  void setSlow(bool isSlow);
  void watchSlowness();
  static mqtt::OutgoingMessage wire(const Outgoing& outgoing, TimePoint now);
  bool hasRoomToSend() const;
  bool isWindowOpen(mqtt::Qos qos) const;
  Sending send(Outgoing& outgoing);
  Delivery keep(Outgoing outgoing);
  Sending sendOrReserve(Outgoing& outgoing);
  Sending reserve(Outgoing& outgoing);
  Inflight& addInflight(mqtt::PacketId packetId, Outgoing outgoing);
  bool sendReady();
  bool tell(Inflight& inflight);
  bool isToBeRecorded(const Outgoing& outgoing) const;
  void record(Outgoing& outgoing, OutgoingState state, mqtt::PacketId packetId);
  void forgetRecord(const Outgoing& outgoing);
  void awaitDisk(Inflight& inflight);
  void written(std::uint64_t batch);
  bool sendFromQueue();
  void readPortion();
  void readOnLater();
  bool dropExpired();
  std::atomic<std::size_t>& slowCount() const;
  void forgetQueued(const Outgoing& outgoing);
  bool sendAgain(Inflight& inflight);
  bool sendAgainWhatWaits();
  CommandDelivery sendCommandAgain(Inflight& command);
  void commandSettled(std::string commandId);
  FifoVector<Inflight>::iterator find(mqtt::PacketId packetId);

  ShardCore* m_core = nullptr;
  MqttConnection* m_connection = nullptr;
  FifoVector<Inflight> m_inflight;  // in the order of sending, which is that of sending again
  std::size_t m_inflightCommands = 0;
  bool m_awaitsResend = false;                // some of m_inflight do
  FifoVector<std::string> m_settledCommands;  // had by this connection: of QoS 0, or acknowledged; the newest ones
  FifoVector<Outgoing> m_queue;
  std::vector<RetainedReader> m_readers;  // the first one is read when nothing else waits
  bool m_readsOn = false;                 // has been posted
  std::int64_t m_lastSequence = 0;
  SessionNumber m_session{};           // as which it is recorded
  std::uint64_t m_awaitedBatch = 0;    // of the journal; written() is called for it
  bool m_someReady = false;            // of m_inflight
  std::shared_ptr<const bool> m_life;  // ends with this; for what the journal calls
  // Without the gateway's retained messages, which it keeps anyway.
  std::size_t m_queuedMessages = 0;
  std::size_t m_queuedBytes = 0;
  SlowSubscribers::Count m_slowOfOrganisation;  // null: the house's
  bool m_isSlow = false;
  SteadyPoint m_lastTaken{};  // while it is slow: when it last acknowledged something
};

}  // namespace carport
