#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/protocol/mqtt/connection_options.h"
#include "gateway/protocol/mqtt/decoder.h"
#include "gateway/protocol/mqtt/frame_reader.h"
#include "gateway/protocol/mqtt/in_flight_window.h"
#include "gateway/protocol/mqtt/packets.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace carport::mqtt {

/// What a ServerConnection tells its owner, called from inside feed(), onTime(), acceptConnect() and resume(). Views in
/// the packets are valid during the call. A handler may call the connection's functions except feed() and onTime(),
/// and must not destroy it.
class ServerHandler {
 public:
  virtual ~ServerHandler() = default;

  /// Answer with acceptConnect() or refuseConnect(), at once or later. Until then nothing more is handed out.
  virtual void onConnect(const Connect& connect) = 0;
  /// QoS 0 or 1. Answer QoS 1 with sendPuback() once the message is safe.
  virtual void onPublish(const Publish& publish) = 0;
  /// The client has the message that sendPublish() gave this id.
  virtual void onPuback(PacketId packetId) = 0;
  /// Answer with sendSuback(), one code for each wish.
  virtual void onSubscribe(const Subscribe& subscribe) = 0;
  /// Answer with sendUnsuback().
  virtual void onUnsubscribe(const Unsubscribe& unsubscribe) = 0;
  /// The client said goodbye: its will is void [MQTT-3.14.4-3]. Close the socket.
  virtual void onDisconnect() = 0;
  /// The client broke a rule or was quiet for too long. Write the output, if any, and close the socket; the will is
  /// due.
  virtual void onError(const Error& error) = 0;
};

/// The server's end of one MQTT 3.1.1 connection: bytes and time in, packets out through a ServerHandler, bytes to
/// write in a buffer. It keeps no messages: who wants redelivery keeps them by packet id. Handing a message out and
/// sending one allocate nothing once the buffers have grown. Owner: a session. One thread.
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
  /// Fails the connection where a deadline has passed.
  void onTime(SteadyPoint now);

  /// CONNACK with success; then hands out what the client has already sent.
  void acceptConnect(bool sessionPresent, SteadyPoint now);
  /// CONNACK with the reason, and the connection is closed; nothing the client sent after CONNECT is looked at.
  void refuseConnect(ConnectCode code);

  /// Sends a message. The packet id that onPuback() will name, 0 in QoS 0. Fails with windowFull, outputFull or
  /// notConnected, all without effect: keep the message (QoS 1) or drop and count it (QoS 0).
  Result<PacketId> sendPublish(const OutgoingMessage& message);
  /// Sends a QoS 1 message of an earlier connection of the same session again, under its id and marked as duplicate.
  Result<void> resendPublish(PacketId packetId, const OutgoingMessage& message);
  void sendPuback(PacketId packetId);
  void sendSuback(PacketId packetId, std::span<const ReasonCode> codes);
  void sendUnsuback(PacketId packetId);

  /// Stops handing out packets, while there is no room for what they bring; the keep-alive clock stops too.
  void pause();
  /// Goes on, first with what came meanwhile.
  void resume(SteadyPoint now);
  /// Closes from this side; the handler hears nothing more.
  void close() { m_state = State::closed; }

  State state() const { return m_state; }
  bool isPaused() const { return m_paused; }
  /// False: do not read from the socket (paused, undecided, closed, or the client does not read what it is sent).
  bool wantsBytes() const;
  std::size_t inFlight() const { return m_inFlight.size(); }

  std::size_t outputBytes() const { return m_output.size(); }
  /// Swaps what is to be written with `buffer`, which must be empty: its room is used for what comes next.
  void takeOutput(std::string& buffer) { m_output.swap(buffer); }

 private:
  void handOut(SteadyPoint now);
  bool handsOut() const;
  Result<void> handle(const Frame& frame);
  Result<void> handleConnect(const Frame& frame);
  Result<void> handlePublish(const Frame& frame);
  Result<void> handlePuback(const Frame& frame);
  Result<void> handleSubscribe(const Frame& frame);
  Result<void> handleUnsubscribe(const Frame& frame);
  Result<void> handleBare(const Frame& frame);
  void fail(const Error& error);
  Result<void> checkRoomFor(const Publish& publish) const;

  const ConnectionOptions& m_options;
  ServerHandler& m_handler;
  FrameReader m_reader;
  DecodeScratch m_scratch;
  InFlightWindow m_inFlight;
  std::string m_output;
  SteadyPoint m_lastHeard;  // when the last whole packet came
  Milliseconds m_patience;  // connect time-out, then one and a half times keep alive; 0: for ever
  State m_state = State::awaitingConnect;
  bool m_paused = false;
  bool m_handingOut = false;  // handOut() is running: a handler that accepts or resumes must not start it again
};

}  // namespace carport::mqtt
