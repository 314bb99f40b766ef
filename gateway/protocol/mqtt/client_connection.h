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

/// What a ClientConnection tells its owner, called from inside feed() and onTime(). Views are valid during the call. A
/// handler may call the connection's functions except feed() and onTime(), and must not destroy it.
class ClientHandler {
 public:
  virtual ~ClientHandler() = default;

  /// The server's answer to connect(). Where it refuses, the connection is closed and onError() is not called.
  virtual void onConnack(const Connack& connack) = 0;
  /// A message for a subscription, QoS 0 or 1. Answer QoS 1 with sendPuback().
  virtual void onPublish(const Publish& publish) = 0;
  /// The server has the message that publish() gave this id.
  virtual void onPuback(PacketId packetId) = 0;
  virtual void onSuback(PacketId packetId, std::span<const ReasonCode> codes) = 0;
  virtual void onUnsuback(PacketId packetId) = 0;
  /// The server broke a rule or does not answer. Close the socket.
  virtual void onError(const Error& error) = 0;
};

/// The client's end of one MQTT 3.1.1 connection: bytes and time in, packets out through a ClientHandler, bytes to
/// write in a buffer. It keeps no messages: who wants redelivery keeps them by packet id. Small, because there may be
/// tens of thousands. Owner: a simulated car or whoever talks to a broker. One thread. After the end: make a new one.
class ClientConnection {
 public:
  enum class State : std::uint8_t { idle, connecting, connected, closed };

  /// `options` and `handler` must live longer than this.
  ClientConnection(const ConnectionOptions& options, ClientHandler& handler);
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  /// CONNECT; once, when the socket is open. Fails with malformedPacket or badTopic, without effect, where `connect` is
  /// not what the format can carry.
  Result<void> connect(const Connect& connect, SteadyPoint now);
  /// Takes what was read from the socket; the bytes need not outlive the call.
  void feed(std::string_view bytes, SteadyPoint now);
  /// When onTime() should be called next; none where there is nothing to wait for.
  std::optional<SteadyPoint> nextDeadline() const;
  /// Sends a PINGREQ where one is due; fails the connection where the server has not answered in time.
  void onTime(SteadyPoint now);

  /// Sends a message. The packet id that onPuback() will name, 0 in QoS 0. Fails with windowFull, outputFull,
  /// notConnected or badTopic, all without effect.
  Result<PacketId> publish(const OutgoingMessage& message, SteadyPoint now);
  /// Sends a QoS 1 message of an earlier connection again, under its id and marked as duplicate.
  Result<void> republish(PacketId packetId, const OutgoingMessage& message, SteadyPoint now);
  /// Between 1 and kMaxFiltersPerPacket wishes. The id that onSuback() will name.
  Result<PacketId> subscribe(std::span<const TopicRequest> topics, SteadyPoint now);
  Result<PacketId> unsubscribe(std::span<const std::string_view> filters, SteadyPoint now);
  void sendPuback(PacketId packetId, SteadyPoint now);
  /// DISCONNECT; nothing can be sent afterwards. Close the socket once the output is written.
  void disconnect();

  State state() const { return m_state; }
  std::size_t inFlight() const { return m_inFlight.size(); }

  std::size_t outputBytes() const { return m_output.size(); }
  /// Swaps what is to be written with `buffer`, which must be empty: its room is used for what comes next.
  void takeOutput(std::string& buffer) { m_output.swap(buffer); }

 private:
  Result<void> handle(const Frame& frame);
  Result<void> handleConnack(const Frame& frame);
  Result<void> handlePublish(const Frame& frame);
  Result<void> handlePacketId(const Frame& frame);
  Result<void> handleSuback(const Frame& frame);
  Result<void> handlePingresp(const Frame& frame);
  Result<void> checkMessage(const Publish& publish) const;
  Result<PacketId> takePacketId();
  void fail(const Error& error);

  const ConnectionOptions& m_options;
  ClientHandler& m_handler;
  FrameReader m_reader;
  DecodeScratch m_scratch;
  InFlightWindow m_inFlight;
  std::string m_output;
  Milliseconds m_keepAlive{0};
  SteadyPoint m_lastSent{};
  std::optional<SteadyPoint> m_replyDue;  // of CONNACK or PINGRESP
  State m_state = State::idle;
};

}  // namespace carport::mqtt
