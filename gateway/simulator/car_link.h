#pragma once

#include "gateway/protocol/mqtt/client_connection.h"
#include "gateway/simulator/car_login.h"
#include "gateway/simulator/car_source.h"
#include "gateway/simulator/fleet_counts.h"
#include "gateway/simulator/random.h"

#include <boost/asio.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport {
class TlsContext;
}

namespace carport::sim {

/// What all links of one worker share. Owner: the worker; one thread.
struct LinkContext {
  boost::asio::io_context& io;
  boost::asio::ip::tcp::endpoint gateway;
  mqtt::ConnectionOptions mqtt;
  mqtt::Qos qos = mqtt::Qos::atLeastOnce;  ///< of telemetry
  std::size_t inFlightLimit = 16;          ///< telemetry messages that may wait for their PUBACK or PUBCOMP
  FleetCounts counts;
  std::array<char, 64 * 1024> readBuffer;  ///< used during one read only
  std::string topic;                       ///< put together here, so that sending allocates nothing
  SteadyPoint now{};                       ///< when what is being handled came: one look at the clock for many messages
  std::size_t open = 0;                    ///< links with a connection, made or being made
  std::shared_ptr<const TlsContext> tls;   ///< null: without TLS
  std::string host;                        ///< whom the gateway's certificate must be about
};

/// What a link tells its car. The link must not be destroyed from inside.
class CarLinkHandler {
 public:
  virtual ~CarLinkHandler() = default;
  /// More telemetry may be sent: the connection stands, or has become free again.
  virtual void onRoom() = 0;
  virtual void onCommand(std::string_view payload) = 0;
  virtual void onAcknowledged(const CarMessage& telemetry) = 0;
};

/// One car's way to the gateway: signs in, comes back by itself with growing pauses, sends again what was not
/// acknowledged. Owner: the car; one thread.
class CarLink final : private mqtt::ClientHandler {
 public:
  /// Telemetry waits while more bytes than this have not been taken by the socket.
  static constexpr std::size_t kMaxWaitingBytes = 32 * 1024;
  /// Events and replies may go beyond inFlightLimit by this many.
  static constexpr std::size_t kMaxOtherInFlight = 48;
  static constexpr Milliseconds kFirstBackOff{200};
  static constexpr Milliseconds kLongestBackOff{10'000};
  /// After being turned away, and for a TCP connection to be made.
  static constexpr Milliseconds kRefusedBackOff{5'000};
  static constexpr Milliseconds kConnectTimeout{10'000};

  CarLink(LinkContext& context, CarLogin login, std::uint64_t seed, CarLinkHandler& handler);
  ~CarLink() override;
  CarLink(const CarLink&) = delete;
  CarLink& operator=(const CarLink&) = delete;

  const CarLogin& login() const { return m_login; }
  /// True where there is no connection and the pause before the next attempt is over.
  bool wantsToConnect(SteadyPoint now) const { return !m_channel && !m_closed && now >= m_retryAt; }
  void connect(SteadyPoint now);
  /// Keep-alive and time-outs; call a few times a second.
  void onTime(SteadyPoint now);

  bool canSendTelemetry() const;
  bool canSendOther() const;
  /// Takes a message over; it goes out with flush(). False, without effect, where the connection does not take it.
  bool send(CarMessage message, mqtt::Qos qos, SteadyPoint now);
  /// Writes what send() has gathered.
  void flush();

  std::size_t unacknowledged() const { return m_unacknowledged.size(); }
  /// Says DISCONNECT; the link stays closed from then on.
  void close();
  /// False once the last byte has been exchanged.
  bool isOpen() const { return m_channel != nullptr; }

 private:
  struct Channel;
  struct Unacknowledged {
    mqtt::PacketId id = 0;  // 0: to be sent again
    bool telemetry = true;
    SteadyPoint firstSent;
    CarMessage message;
  };

  void onSocketOpen(const boost::system::error_code& failure);
  void waitReadable();
  void onReadable(const boost::system::error_code& failure, std::size_t count);
  void continueWriting(std::size_t from);
  void written();
  // The same through TLS, which is no path for measurements: it reads and writes in simpler steps.
  void startTls();
  void onTlsReadable(const boost::system::error_code& failure);
  void writeTls();
  void signIn();
  void sendAgain(SteadyPoint now);
  void drop(const std::string& why, Milliseconds atLeast = Milliseconds(0));
  void settle();
  std::optional<bool> acknowledged(mqtt::PacketId packetId);
  void forgetChannel();
  mqtt::OutgoingMessage outgoing(const CarMessage& message, mqtt::Qos qos);

  void onConnack(const mqtt::Connack& connack) override;
  void onPublish(const mqtt::Publish& publish) override;
  void onPuback(const mqtt::Puback& puback) override;
  void onPubrec(const mqtt::Pubrec& pubrec) override;
  void onPubcomp(const mqtt::Pubcomp& pubcomp) override;
  void onSuback(const mqtt::Suback& suback) override;
  void onUnsuback(const mqtt::Unsuback&) override {}
  void onError(const Error& error) override;

  LinkContext& m_context;
  CarLinkHandler& m_handler;
  const CarLogin m_login;
  Random m_random;
  std::shared_ptr<Channel> m_channel;
  std::vector<Unacknowledged> m_unacknowledged;  // oldest first; at most inFlightLimit + kMaxOtherInFlight
  std::size_t m_telemetryInFlight = 0;
  SteadyPoint m_attemptStarted{};
  SteadyPoint m_retryAt{};
  Milliseconds m_backOff = kFirstBackOff;
  bool m_connected = false;
  bool m_everConnected = false;
  bool m_settled = false;
  bool m_closed = false;
  bool m_acknowledgedSinceConnect = false;
  bool m_room = false;  // onRoom() is owed
};

}  // namespace carport::sim
