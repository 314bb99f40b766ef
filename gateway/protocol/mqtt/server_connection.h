#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/protocol/mqtt/connection_options.h"
#include "gateway/protocol/mqtt/decoder.h"
#include "gateway/protocol/mqtt/frame_reader.h"
#include "gateway/protocol/mqtt/in_flight_window.h"
#include "gateway/protocol/mqtt/packets.h"
#include "gateway/protocol/mqtt/received_ids.h"
#include "gateway/protocol/mqtt/server_handler.h"
#include "gateway/protocol/mqtt/topic_aliases.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace carport::mqtt {

/// The server's end of one MQTT connection, 3.1.1 or 5.0 as the client wishes: bytes and time in, packets out through a
/// ServerHandler, bytes to write in a buffer. It keeps no messages: who wants redelivery keeps them by packet id.
/// Handing a message out and sending one allocate nothing once the buffers have grown. Owner: a session. One thread.
///
/// Reasons and reason strings of answers reach 5.0 clients only; a string is left out where the client does not want it
/// (request problem information) or could not take the packet (maximum packet size).
class ServerConnection {
 public:
  enum class State : std::uint8_t { awaitingConnect, awaitingDecision, connected, closed };

  /// `options` and `handler` must live longer than this. `now` starts the wait for CONNECT.
  ServerConnection(const ConnectionOptions& options, ServerHandler& handler, SteadyPoint now);
  ServerConnection(const ServerConnection&) = delete;
  ServerConnection& operator=(const ServerConnection&) = delete;

  /// Takes what was read from the socket; the bytes need not outlive the call.
  void feed(std::string_view bytes, SteadyPoint now);
  /// When onTime() should be called next; none where there is nothing to wait for.
  std::optional<SteadyPoint> nextDeadline() const;
  /// Fails the connection where a deadline has passed. A decision that takes longer than the connect time-out is a no.
  void onTime(SteadyPoint now);

  /// CONNACK with success; then hands out what the client has already sent.
  void acceptConnect(const Acceptance& acceptance, SteadyPoint now);
  void acceptConnect(bool sessionPresent, SteadyPoint now) { acceptConnect(Acceptance{sessionPresent}, now); }
  /// CONNACK with the reason, and the connection is closed; nothing the client sent after CONNECT is looked at.
  /// `serverReference` (MQTT 5.0 §4.13) names another server for the client to use; empty: none.
  void refuseConnect(ReasonCode reason, std::string_view reasonString = {}, std::string_view serverReference = {});
  /// Ends the connection from this side: DISCONNECT with the reason to a 5.0 client, CONNACK to one that waits for it.
  /// The handler hears nothing more. Write the output and close the socket.
  void disconnect(ReasonCode reason, std::string_view reasonString = {}, std::string_view serverReference = {});

  /// Sends a message. The packet id that onPuback() or onPubrec() will name, 0 in QoS 0. Fails with windowFull,
  /// outputFull, notConnected or packetTooLarge, all without effect: keep the message (QoS 1 and 2) or drop and count
  /// it (QoS 0). packetTooLarge: the client never takes it; to be treated as if it had been sent [MQTT-3.1.2-25].
  Result<PacketId> sendPublish(const OutgoingMessage& message);
  /// Sends a QoS 1 or 2 message of an earlier connection of the same session again, under its id and marked as
  /// duplicate. Fails as sendPublish() does.
  Result<void> resendPublish(PacketId packetId, const OutgoingMessage& message);
  /// In two steps, for owners who write the packet id down before it leaves: takes a free id, sends nothing. Fails with
  /// windowFull or notConnected.
  Result<PacketId> reservePublish();
  /// Sends a QoS 1 or 2 message for the first time, under an id of reservePublish(). Fails as sendPublish() does; after
  /// packetTooLarge the id is free again, after outputFull it stays reserved.
  Result<void> sendReserved(PacketId packetId, const OutgoingMessage& message);
  /// PUBREL: after onPubrec(), or for a message of an earlier connection of which only that is missing. Where the id
  /// belongs to another packet nothing is sent.
  void sendPubrel(PacketId packetId);

  void sendPuback(PacketId packetId, ReasonCode reason = ReasonCode::success, std::string_view reasonString = {});
  /// A failure also ends the exchange: the packet id is free for another message.
  void sendPubrec(PacketId packetId, ReasonCode reason = ReasonCode::success, std::string_view reasonString = {});
  void sendPubcomp(PacketId packetId);
  void sendSuback(PacketId packetId, std::span<const ReasonCode> codes, std::string_view reasonString = {});
  /// `codes` do not exist in 3.1.1.
  void sendUnsuback(PacketId packetId, std::span<const ReasonCode> codes, std::string_view reasonString = {});

  /// Stops handing out packets, while there is no room for what they bring; the keep-alive clock stops too.
  void pause();
  /// Goes on, first with what came meanwhile.
  void resume(SteadyPoint now);
  /// Closes from this side without a word; the handler hears nothing more.
  void close() { m_state = State::closed; }

  State state() const { return m_state; }
  /// Known from onConnect() on.
  ProtocolLevel level() const { return m_level; }
  bool isPaused() const { return m_paused; }
  /// False: do not read from the socket (paused, undecided, closed, or the client does not read what it is sent).
  bool wantsBytes() const;
  /// QoS 1 and 2 messages that were sent and whose exchange is not complete, and how many there may be.
  std::size_t inFlight() const { return m_inFlight.size(); }
  std::size_t inFlightLimit() const { return m_inFlight.capacity(); }

  std::size_t outputBytes() const { return m_output.size(); }
  /// Swaps what is to be written with `buffer`, which must be empty: its room is used for what comes next.
  void takeOutput(std::string& buffer) { m_output.swap(buffer); }

 private:
  void handOut(SteadyPoint now);
  bool handsOut() const;
  Result<void> handle(const Frame& frame);
  Result<void> handleConnect(const Frame& frame);
  Result<void> handlePublish(const Frame& frame);
  Result<void> handleAcknowledgement(const Frame& frame);
  Result<void> handlePubrec(const AnyAcknowledgement& pubrec);
  Result<void> handlePubrel(const AnyAcknowledgement& pubrel);
  Result<void> handleSubscribe(const Frame& frame);
  Result<void> handleUnsubscribe(const Frame& frame);
  Result<void> handlePingreq(const Frame& frame);
  Result<void> handleDisconnect(const Frame& frame);
  Result<void> handleAuth(const Frame& frame);
  Result<void> refuseType(PacketType type) const;
  Result<void> resolveAlias(Publish& publish);
  /// False where the message is one that has already come.
  Result<bool> isNew(const Publish& publish);
  void refuseBrokenConnect(const Frame& frame, const Error& error);
  void takeWishes(const Connect& connect);
  void fail(const Error& error);

  bool isV5() const { return m_level == ProtocolLevel::v5; }
  enum class Id : std::uint8_t { fresh, again, reserved };
  Result<void> put(Publish& publish, const OutgoingMessage& message, Id id);
  Result<void> takeId(Publish& publish, Id id);
  Result<void> checkRoom(std::size_t bytes) const;
  template <class Packet>
  bool append(Packet packet);
  template <class Packet>
  void answer(Packet packet, std::string_view reasonString);
  bool appendConnack(const Acceptance& acceptance, std::string_view reasonString);

  const ConnectionOptions& m_options;
  ServerHandler& m_handler;
  FrameReader m_reader;
  InFlightWindow m_inFlight;
  ReceivedIds m_received;            // of QoS 2
  std::size_t m_unacknowledged = 0;  // of QoS 1, from the client
  std::unique_ptr<ReceivedAliases> m_receivedAliases;
  std::unique_ptr<AssignedAliases> m_assignedAliases;
  std::string m_output;
  SteadyPoint m_lastHeard;  // when the last whole packet came
  Milliseconds m_patience;  // connect time-out, then one and a half times keep alive; 0: for ever
  std::size_t m_maxSentBytes = kMaxRemainingLength;  // what the client takes as one packet
  std::uint32_t m_sessionExpirySeconds = 0;
  ProtocolLevel m_level = ProtocolLevel::v311;
  State m_state = State::awaitingConnect;
  bool m_wantsProblems = true;    // request problem information
  bool m_wantsResponse = false;   // request response information
  bool m_answerTooLarge = false;  // the client takes packets so small that an answer found no room
  bool m_paused = false;
  bool m_handingOut = false;  // handOut() is running: a handler that accepts or resumes must not start it again
};

}  // namespace carport::mqtt
