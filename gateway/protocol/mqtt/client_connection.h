#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/protocol/mqtt/connection_options.h"
#include "gateway/protocol/mqtt/decoder.h"
#include "gateway/protocol/mqtt/encoder.h"
#include "gateway/protocol/mqtt/frame_reader.h"
#include "gateway/protocol/mqtt/in_flight_window.h"
#include "gateway/protocol/mqtt/packets.h"
#include "gateway/protocol/mqtt/received_ids.h"
#include "gateway/protocol/mqtt/topic_aliases.h"

#include <cstddef>
#include <memory>
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
  /// A message for a subscription. Answer QoS 1 with sendPuback(), QoS 2 with sendPubrec(). A QoS 2 message comes once
  /// on a connection, however often it is sent.
  virtual void onPublish(const Publish& publish) = 0;
  /// The server has the QoS 1 message that publish() gave this id, or (5.0, a failure) does not want it.
  virtual void onPuback(const Puback& puback) = 0;
  /// The same for QoS 2: forget the message. PUBREL goes out by itself, unless the reason is a failure.
  virtual void onPubrec(const Pubrec&) {}
  /// The delivery of a QoS 2 message is complete.
  virtual void onPubcomp(const Pubcomp&) {}
  virtual void onSuback(const Suback& suback) = 0;
  virtual void onUnsuback(const Unsuback& unsuback) = 0;
  /// The server ended the connection (5.0); the connection is closed. Tells onError() unless overridden.
  virtual void onDisconnect(const Disconnect& disconnect);
  /// The server broke a rule or does not answer. Close the socket.
  virtual void onError(const Error& error) = 0;
};

/// The client's end of one MQTT connection, 3.1.1 or 5.0: bytes and time in, packets out through a ClientHandler, bytes
/// to write in a buffer. It keeps no messages: who wants redelivery keeps them by packet id. Small, because there may
/// be tens of thousands. Owner: a simulated car or whoever talks to a broker. One thread. After the end: make a new
/// one.
///
/// In 5.0 it respects the server's limits and takes topic aliases (ConnectionOptions::topicAliasMaximum), which
/// connect() announces together with its own; it assigns none.
class ClientConnection {
 public:
  enum class State : std::uint8_t { idle, connecting, connected, closed };

  /// `options` and `handler` must live longer than this.
  ClientConnection(const ConnectionOptions& options, ClientHandler& handler);
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  /// CONNECT, in the level that it names; once, when the socket is open. Fails with malformedPacket or badTopic,
  /// without effect, where `connect` is not what the format can carry. In 5.0 its properties must be without receive
  /// maximum, maximum packet size and topic alias maximum: those of the options are added.
  Result<void> connect(const Connect& connect, SteadyPoint now);
  /// Takes what was read from the socket; the bytes need not outlive the call.
  void feed(std::string_view bytes, SteadyPoint now);
  /// When onTime() should be called next; none where there is nothing to wait for.
  std::optional<SteadyPoint> nextDeadline() const;
  /// Sends a PINGREQ where one is due; fails the connection where the server has not answered in time.
  void onTime(SteadyPoint now);

  /// Sends a message. The packet id that onPuback() or onPubrec() will name, 0 in QoS 0. Fails with windowFull,
  /// outputFull, notConnected, packetTooLarge or badTopic, all without effect.
  Result<PacketId> publish(const OutgoingMessage& message, SteadyPoint now);
  /// Sends a QoS 1 or 2 message of an earlier connection again, under its id and marked as duplicate.
  Result<void> republish(PacketId packetId, const OutgoingMessage& message, SteadyPoint now);
  /// PUBREL for a QoS 2 message of an earlier connection that had its PUBREC.
  void releaseAgain(PacketId packetId, SteadyPoint now);
  /// Between 1 and kMaxFiltersPerPacket wishes; `properties` for 5.0. The id that onSuback() will name.
  Result<PacketId> subscribe(std::span<const TopicRequest> topics, SteadyPoint now, const Properties& properties = {});
  Result<PacketId> unsubscribe(std::span<const std::string_view> filters, SteadyPoint now);
  void sendPuback(PacketId packetId, SteadyPoint now);
  void sendPubrec(PacketId packetId, SteadyPoint now);
  /// DISCONNECT; nothing can be sent afterwards. Close the socket once the output is written.
  void disconnect(ReasonCode reason = ReasonCode::success);

  State state() const { return m_state; }
  ProtocolLevel level() const { return m_level; }
  std::size_t inFlight() const { return m_inFlight.size(); }

  std::size_t outputBytes() const { return m_output.size(); }
  /// Swaps what is to be written with `buffer`, which must be empty: its room is used for what comes next.
  void takeOutput(std::string& buffer) { m_output.swap(buffer); }

 private:
  Result<void> handle(const Frame& frame);
  Result<void> handleConnack(const Frame& frame);
  Result<void> handlePublish(const Frame& frame);
  Result<void> resolveAlias(Publish& publish);
  Result<void> handleAcknowledgement(const Frame& frame);
  void handlePubrec(const AnyAcknowledgement& pubrec, std::optional<Awaiting> awaiting);
  void handlePubrel(const AnyAcknowledgement& pubrel);
  Result<void> handleSuback(const Frame& frame);
  Result<void> handleUnsuback(const Frame& frame);
  Result<void> handlePingresp(const Frame& frame);
  Result<void> handleDisconnect(const Frame& frame);
  Result<void> checkMessage(const Publish& publish, const PublishAdditions& added) const;
  Result<void> put(Publish& publish, const OutgoingMessage& message, SteadyPoint now);
  Result<PacketId> takePacketId(Awaiting awaiting);
  void fail(const Error& error);

  bool isV5() const { return m_level == ProtocolLevel::v5; }

  const ConnectionOptions& m_options;
  ClientHandler& m_handler;
  FrameReader m_reader;
  DecodeScratch m_scratch;
  InFlightWindow m_inFlight;
  ReceivedIds m_received;  // of QoS 2
  std::unique_ptr<ReceivedAliases> m_receivedAliases;
  std::string m_output;
  Milliseconds m_keepAlive{0};
  std::size_t m_maxSentBytes = kMaxRemainingLength;  // what the server takes as one packet
  SteadyPoint m_lastSent{};
  std::optional<SteadyPoint> m_replyDue;  // of CONNACK or PINGRESP
  ProtocolLevel m_level = ProtocolLevel::v311;
  State m_state = State::idle;
};

}  // namespace carport::mqtt
