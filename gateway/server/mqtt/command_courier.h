#pragma once

#include "gateway/api/command.h"
#include "gateway/server/mqtt/client_directory.h"

#include <string>
#include <unordered_map>

namespace carport {

class FanOut;
class MqttSession;
class SessionTable;
class ShardCore;

/// Commands to the cars of one I/O thread. Owner: MqttShard; its thread.
class CommandCourier {
 public:
  CommandCourier(ShardCore& core, FanOut& fanOut, SessionTable& sessions)
      : m_core(core), m_fanOut(fanOut), m_sessions(sessions) {}

  /// Where the car has subscribed to its command topic, commands come here from now on; the control thread is told.
  void ready(MqttSession& session);
  /// Sends the command where the car is connected and the command has not expired; otherwise it stays with the control
  /// thread, which offers it again when the car is ready. What the car's connection has had already is not sent twice.
  /// People and services who have subscribed to it see a command once, when it goes out first.
  void deliver(const api::Command& command, const std::string& carId);
  /// The car has the command.
  void acknowledged(MqttSession& session, const std::string& commandId);
  void forget(PrincipalNumber car, const ClientKey& key);

 private:
  ShardCore& m_core;
  FanOut& m_fanOut;
  SessionTable& m_sessions;
  std::unordered_map<PrincipalNumber, ClientKey> m_ready;
};

}  // namespace carport
