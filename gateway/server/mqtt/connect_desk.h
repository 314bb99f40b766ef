#pragma once

#include "gateway/protocol/mqtt/packets.h"
#include "gateway/server/links.h"
#include "gateway/server/mqtt/mqtt_will.h"
#include "gateway/server/mqtt/sign_in.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace carport {

class MqttConnection;
class SessionTable;
class ShardCore;

/// Answers CONNECT: who is it, may it in, and then its session. Whoever is refused is judged once more by what the
/// registry on disk says now: a car may connect as soon as the command line has added it. Owner: MqttShard; its thread.
class ConnectDesk {
 public:
  /// Failed sign-ins are answered this long after CONNECT, whatever was wrong: the time tells nobody whether the id
  /// exists, and guessing is slow.
  static constexpr Milliseconds kFailureDelay = std::chrono::milliseconds(300);
  /// The longest that a limit lets a sign-in wait: well below the time in which one has to be done.
  static constexpr std::chrono::seconds kLongestWait{5};

  ConnectDesk(ShardCore& core, SessionTable& sessions) : m_core(core), m_sessions(sessions) {}

  void connect(MqttConnection& connection, const mqtt::Connect& connect);

 private:
  struct Request {
    std::weak_ptr<MqttConnection> connection;
    std::string clientId;
    SignInClaim claim;
    bool cleanStart = true;
    std::uint32_t expirySeconds = 0;
    std::optional<MqttWill> will;
    SteadyPoint at{};
    std::uint64_t registryVersion = 0;  ///< what it was judged by
    bool hasProvisioned = false;        ///< its password has been tried as one with a provisioning key
    bool isLast = false;                ///< the registry has been looked at for its sake
  };

  /// Who it says it is; or why nobody could be.
  std::string_view hear(const MqttConnection& connection, const mqtt::Connect& connect, SignInClaim& claim) const;
  /// Whether the user name is an id of Nitrogen's API; then `claim` names the principal.
  bool isNitrogen(SignInClaim& claim) const;
  /// False where it has to wait after too many wrong tries.
  bool mayTry(const MqttConnection& connection, const SignInClaim& claim) const;
  bool areSignInsLimited() const;
  /// Asks the limits on sign-ins, of the address alone where nobody has proved to be anybody, and goes on with `then`,
  /// later where it has to wait.
  void underLimits(const Request& request, const api::Principal* who, std::function<void()> then);
  void check(Request request);
  /// Another process may just have written who this is: decides again where the registry has changed.
  void askAgain(Request request, const SignInAnswer& refused);
  /// A device that nobody knows may bring a key by which it registers itself: decides again after that was tried.
  void provision(Request request);
  void decide(const Request& request, const SignInAnswer& answer);
  void refuseLater(const Request& request, mqtt::ReasonCode reason, ConnectionRefusal counted, const std::string& why);
  void letIn(MqttConnection& connection, const Request& request, const SignInAnswer& answer);

  ShardCore& m_core;
  SessionTable& m_sessions;
};

}  // namespace carport
