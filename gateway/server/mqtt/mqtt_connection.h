#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/strong_id.h"
#include "gateway/domain/session_record.h"
#include "gateway/protocol/mqtt/server_connection.h"
#include "gateway/server/mqtt/ack_queue.h"
#include "gateway/server/mqtt/closing.h"
#include "gateway/server/mqtt/connection_journal.h"
#include "gateway/server/mqtt/limit_standing.h"
#include "gateway/server/mqtt/mqtt_transport.h"
#include "gateway/server/mqtt/received_ids.h"
#include "gateway/server/mqtt/sign_in.h"
#include "gateway/transport/byte_channel.h"
#include "gateway/transport/peer_address.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace carport {

class MqttConnection;
class MqttSession;
class ShardCore;

/// What was done with a publish.
enum class Routed : std::uint8_t {
  taken,     ///< stored or passed on: the next one may come
  shed,      ///< dropped: there is no room, and nobody waits for its acknowledgement
  denied,    ///< not permitted, and the client has been told
  unusable,  ///< nobody can read it
  limited,   ///< over a limit, and the client has been told
  later,     ///< no room: hold the message and the socket, and ask again
  refused,   ///< not permitted, and the client cannot be told: the connection is to be closed
};

/// Whom a connection tells what its client wants. Implemented by MqttShard.
class ConnectionHost {
 public:
  virtual ~ConnectionHost() = default;
  virtual void onConnect(MqttConnection& connection, const mqtt::Connect& connect) = 0;
  virtual Routed onPublish(MqttConnection& connection, const mqtt::Publish& publish) = 0;
  virtual void onPubrel(MqttConnection& connection, mqtt::PacketId packetId) = 0;
  virtual void onPuback(MqttConnection& connection, const mqtt::Puback& puback) = 0;
  virtual void onPubrec(MqttConnection& connection, const mqtt::Pubrec& pubrec) = 0;
  virtual void onPubcomp(MqttConnection& connection, const mqtt::Pubcomp& pubcomp) = 0;
  virtual void onSubscribe(MqttConnection& connection, const mqtt::Subscribe& subscribe) = 0;
  virtual void onUnsubscribe(MqttConnection& connection, const mqtt::Unsubscribe& unsubscribe) = 0;
  /// The client says goodbye; the connection closes next.
  virtual void onDisconnect(MqttConnection& connection, const mqtt::Disconnect& disconnect) = 0;
  /// The connection holds a message that found no room; call retryParked() when there may be some.
  virtual void onParked(MqttConnection& connection) = 0;
  /// Called once, when it closes.
  virtual void onClosed(MqttConnection& connection, const Closing& closing) = 0;
};

/// One client's channel with the protocol on top: one read for many packets, one write for many. Owner: MqttShard;
/// pending socket operations keep it alive. Its thread: the shard's.
class MqttConnection final : public mqtt::ServerHandler,
                             public ByteChannelUser,
                             public AckReceiver,
                             public std::enable_shared_from_this<MqttConnection> {
 public:
  /// A client that takes nothing of what it is sent for this long is disconnected.
  static constexpr Milliseconds kMaxWriteStall = std::chrono::seconds(60);
  /// How long a closed socket waits for the client to close its end, so that the last bytes are not lost.
  static constexpr Milliseconds kLingerTime = std::chrono::milliseconds(500);

  /// The reason for closing where the network or the client's end broke off.
  static constexpr const char* kLost = "the connection was lost";

  MqttConnection(ShardCore& core, ConnectionHost& host, std::unique_ptr<ByteChannel> channel, MqttTransport transport,
                 std::uint64_t number);

  void start();
  std::uint64_t number() const { return m_number; }
  const std::string& peer() const { return m_peer; }  ///< ADDRESS:PORT of the client, for the log
  /// The address alone, as the audit log, token uses and limits have it.
  std::string address() const { return peerAddress(m_peer); }
  MqttTransport transport() const { return m_transport; }
  /// What lies below, for what it knows about the client.
  const ByteChannel& channel() const { return *m_channel; }
  bool isOpen() const { return m_state == State::open; }
  bool isGone() const { return m_state == State::gone; }  ///< nothing is left of it: its owner can forget it
  mqtt::ServerConnection& protocol() { return m_protocol; }
  std::uint8_t level() const { return static_cast<std::uint8_t>(m_protocol.level()); }
  /// Bytes that wait for the client to read.
  std::size_t waitingOutput() const { return m_writing.size() - m_written + m_protocol.outputBytes(); }

  /// The session, once signed in. Set by SessionTable.
  MqttSession* session = nullptr;
  /// The session's QoS 2 ids, once it has some; here, because acknowledgements come when the session may have gone.
  std::shared_ptr<ReceivedIds> received;
  /// The durable session that keeps its QoS 2 ids on disk; none: nobody does.
  SessionNumber recordsAs{};
  /// What CONNACK says beside whether there was a session.
  std::string assignedClientId{};
  std::uint32_t wishedExpirySeconds = 0;
  std::uint16_t wishedKeepAliveSeconds = 0;
  /// The car that signed in, once it has been counted as connected.
  PrincipalNumber car;
  /// For tokens that expire: until when the sign-in holds.
  std::optional<TimePoint> signedInUntil;
  /// What it signed in with, to be asked for again when the registry changes.
  SignInProof proof;
  bool speaksNitrogen = false;  ///< it signed in as Nitrogen's MQTT dialect has it, and speaks that
  LimitStanding limits;
  ConnectionFigures figures;
  /// It is to be closed at the end of the turn.
  bool closing = false;

  /// A ticket for an acknowledgement (PUBACK, PUBREC) that waits for `waits` commits or hand-overs. `isRemembered`:
  /// `received` has begun with it.
  std::uint64_t addAcknowledgement(mqtt::PacketId packetId, mqtt::Qos qos, std::uint8_t waits, Verdict verdict,
                                   bool isRemembered);
  /// One of them is done; sends what may be sent.
  void committed(std::uint64_t ticket) override;
  void judge(std::uint64_t ticket, Verdict verdict) override { m_acks.judge(ticket, std::move(verdict)); }
  /// The connection closes, and the client sends the message again.
  void notCommitted(std::uint64_t ticket, const std::string& why) override;
  std::size_t unacknowledged() const { return m_acks.size(); }

  /// There is output: it is written at the end of the turn, with what else comes until then.
  void writeLater();
  /// Writes what there is, as far as the socket takes it.
  void write();
  /// Tells a 5.0 client why, writes what can be written now and closes.
  void close(const Closing& closing);
  /// Reads no more, and closes as soon as everything that came is acknowledged, at the latest at `latest`.
  void letGo(const Closing& closing, SteadyPoint latest);
  /// Tries the parked message again; false where there is still no room for it.
  bool retryParked();
  /// Goes on reading; for connections that have been signed in or had to wait.
  void readOn();
  /// Time-outs; call a few times a second.
  void onTime(SteadyPoint now);

  void onConnect(const mqtt::Connect& connect) override { m_host.onConnect(*this, connect); }
  void onPublish(const mqtt::Publish& publish) override;
  void onPubrel(mqtt::PacketId packetId) override { m_host.onPubrel(*this, packetId); }
  void onPuback(const mqtt::Puback& puback) override { m_host.onPuback(*this, puback); }
  void onPubrec(const mqtt::Pubrec& pubrec) override { m_host.onPubrec(*this, pubrec); }
  void onPubcomp(const mqtt::Pubcomp& pubcomp) override { m_host.onPubcomp(*this, pubcomp); }
  void onSubscribe(const mqtt::Subscribe& subscribe) override { m_host.onSubscribe(*this, subscribe); }
  void onUnsubscribe(const mqtt::Unsubscribe& unsubscribe) override { m_host.onUnsubscribe(*this, unsubscribe); }
  void onDisconnect(const mqtt::Disconnect& disconnect) override;
  void onError(const Error& error) override;

  void onReadable(const boost::system::error_code& failed) override;
  void onWritable(const boost::system::error_code& failed) override;

 private:
  enum class State : std::uint8_t { open, lingering, gone };
  struct Parked {
    std::string topic;
    std::string payload;
    std::string properties;
    mqtt::Publish publish;  // its views point into the strings
  };

  void closeLost(const boost::system::error_code& failed);
  void take(std::string_view bytes);
  void settle(Routed routed);
  void closeWhenSettled();
  void waitReadable();
  void waitWritable();
  void sendAcknowledgements();
  void recordReceived(std::uint64_t ticket);
  void linger();
  void drop();

  ShardCore& m_core;
  ConnectionHost& m_host;
  const std::unique_ptr<ByteChannel> m_channel;
  const std::uint64_t m_number;
  const MqttTransport m_transport;
  std::string m_peer;
  mqtt::ServerConnection m_protocol;
  AckQueue m_acks;
  std::unique_ptr<Parked> m_parked;
  /// It is being let go: how, and by when it goes whatever is still under way.
  struct Leaving {
    Closing closing;
    SteadyPoint latest;
  };
  std::unique_ptr<Leaving> m_leaving;
  std::string m_writing;
  std::size_t m_written = 0;
  SteadyPoint m_stalledSince{}, m_lingersUntil{};
  State m_state = State::open;
  bool m_waitsToRead = false, m_waitsToWrite = false, m_writeScheduled = false;
  bool m_ending = false;  // close() has begun
  bool m_broken = false;  // the socket takes nothing any more
};

}  // namespace carport
