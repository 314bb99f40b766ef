#pragma once

#include "gateway/api/document_filter.h"
#include "gateway/server/nitrogen/mqtt_subscribers.h"
#include "gateway/server/nitrogen/nitrogen_context.h"
#include "gateway/server/nitrogen/nitrogen_sign_in.h"
#include "gateway/transport/websocket_connection.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace carport {

/// One client of Socket.IO and what it has subscribed to. Owner: the coroutine that serves it; the control thread.
class SocketioSession {
 public:
  static constexpr std::size_t kMaxSubscriptions = 100;

  SocketioSession(NitrogenContext& context, NitrogenCaller caller, WebSocketConnection& socket)
      : m_context(context), m_caller(std::move(caller)), m_socket(socket) {}

  const NitrogenCaller& caller() const { return m_caller; }
  std::size_t subscriptions() const { return m_subscriptions.size(); }
  bool isOver() const { return m_socket.isClosing(); }

  /// Takes one packet of the client; false where it says good-bye.
  bool receive(std::string_view packet);
  /// Sends the message to the subscriptions that it fits, where the caller may see it; true where there was one.
  bool deliver(const NitrogenMessage& message, const nlohmann::json& document, const std::string& text);
  void deliverPrincipal(const api::Principal& principal);
  /// What of samples the subscriptions are about.
  void addTo(SampleInterest& interest) const;
  void beat();
  /// Ends it; the client comes back and is asked for its token again.
  void close(std::string reason);

 private:
  struct Subscription {
    api::DocumentFilter filter;
    bool isOfPrincipals = false;
    std::optional<PrincipalNumber> from;  ///< the only sender that it lets through
    std::optional<std::string> type;      ///< the only type
  };

  void start(const nlohmann::json& options);
  void stop(const nlohmann::json& options);
  void complain(std::string_view sentence);

  NitrogenContext& m_context;
  const NitrogenCaller m_caller;
  WebSocketConnection& m_socket;
  std::map<std::string, Subscription, std::less<>> m_subscriptions;  // by id, which is the client's choice
};

/// All clients of Socket.IO. Owner: NitrogenService; the control thread.
class SocketioHub {
 public:
  /// Most clients, of one organisation (other than the house), and of one principal; handshakes that wait for their
  /// WebSocket, and how long they may.
  static constexpr std::size_t kMaxSessions = 500;
  static constexpr std::size_t kMaxSessionsOfOrganisation = 100;
  static constexpr std::size_t kMaxSessionsOfPrincipal = 20;
  static constexpr std::size_t kMaxHandshakes = 1000;
  static constexpr Milliseconds kHandshakeLife = std::chrono::seconds(30);
  /// What clients are told of heartbeats, and how often they get one.
  static constexpr unsigned kHeartbeatTimeoutSeconds = 60;
  static constexpr std::chrono::seconds kHeartbeatEvery{20};
  /// Samples that came in other ways and are told as messages within a second; more are left out and counted.
  static constexpr std::size_t kMaxSamplesPerSecond = 500;
  /// Samples that are messages already, and how long they are remembered as such; further ones would be told twice.
  static constexpr std::size_t kMaxOwnSamples = 10'000;
  static constexpr std::chrono::seconds kOwnSampleLife{30};

  explicit SocketioHub(NitrogenContext& context) : m_context(context), m_mqtt(context) {}

  /// Those who have subscribed over MQTT hear the same.
  MqttSubscribers& mqttSubscribers() { return m_mqtt; }

  /// The session id that the caller is to come with; none where too many wait, or too many of the caller.
  std::optional<std::string> shakeHands(const api::Principal& caller);
  /// Whether the caller has shaken hands for this session id; it is good for one WebSocket.
  bool takeHandshake(const std::string& sessionId, const api::Principal& caller);

  /// False where there are too many; the session must be taken out before it is gone.
  bool add(SocketioSession& session);
  void remove(SocketioSession& session);
  /// Somebody has subscribed, or does so no longer.
  void subscriptionsChanged() { m_isInterestKnown = false; }
  std::size_t subscriptions() const;

  /// Brings a stored message to everybody who has subscribed to it and may see it, and a command on its way. Returns it
  /// as the API shows it.
  nlohmann::json deliver(const NitrogenMessage& message);
  void principalChanged(const api::Principal& principal);
  /// Tells subscribers what cars have sent in other ways.
  void samplesCommitted(const SampleBatch& samples);
  /// The sample of this car and time is a message of its own, which is told by itself.
  void expectOwnSample(PrincipalNumber car, TimePoint time);
  std::uint64_t samplesLeftOut() const { return m_samplesLeftOut; }
  /// Call about once a second.
  void tick(SteadyPoint now);
  /// Ends those that are not welcome any more: the registry has changed, or time has passed.
  void refresh();
  void closeAll();

 private:
  const SampleInterest& interest();
  void tellSample(const SampleBatch& samples, const SampleBatch::Row& row, const std::string& type);

  struct Handshake {
    PrincipalNumber caller;
    std::string organisation;
    TimePoint until{};
  };

  NitrogenContext& m_context;
  MqttSubscribers m_mqtt;
  std::unordered_map<SocketioSession*, SteadyPoint> m_sessions;  // and when each got its latest heartbeat
  std::unordered_map<std::string, Handshake> m_handshakes;
  std::map<std::pair<PrincipalNumber, TimePoint>, SteadyPoint> m_ownSamples;
  SampleInterest m_interest;  // of all subscriptions, where that is known
  bool m_isInterestKnown = false;
  std::size_t m_samplesTold = 0;  // since the latest tick
  std::uint64_t m_samplesLeftOut = 0;
};

}  // namespace carport
