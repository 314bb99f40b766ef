#pragma once

#include "gateway/protocol/mqtt/packets.h"
#include "gateway/server/mqtt/sign_in.h"

#include <chrono>
#include <memory>
#include <string>

namespace carport {

class MqttConnection;
class SessionTable;
class ShardCore;

/// Answers CONNECT: who is it, may it in, and then its session. Owner: MqttShard; its thread.
class ConnectDesk {
 public:
  /// Failed sign-ins are answered this long after CONNECT, whatever was wrong: the time tells nobody whether the id
  /// exists, and guessing is slow.
  static constexpr Milliseconds kFailureDelay = std::chrono::milliseconds(300);

  ConnectDesk(ShardCore& core, SessionTable& sessions) : m_core(core), m_sessions(sessions) {}

  void connect(MqttConnection& connection, const mqtt::Connect& connect);

 private:
  struct Request {
    std::weak_ptr<MqttConnection> connection;
    std::string clientId;
    std::string id;
    bool cleanSession = true;
    SteadyPoint at{};
  };

  void decide(const Request& request, const SignInAnswer& answer);
  void refuseLater(const Request& request, mqtt::ConnectCode code, const std::string& why);
  void letIn(MqttConnection& connection, const Request& request, const SignInAnswer& answer);

  ShardCore& m_core;
  SessionTable& m_sessions;
  std::uint64_t m_madeIds = 0;
};

}  // namespace carport
