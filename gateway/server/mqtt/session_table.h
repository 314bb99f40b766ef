#pragma once

#include "gateway/server/mqtt/client_directory.h"
#include "gateway/server/mqtt/mqtt_connection.h"
#include "gateway/server/mqtt/mqtt_session.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

namespace carport {

class FanOut;
class ShardCore;

/// The sessions of one I/O thread, and how a client id is taken over from wherever it was (MQTT 3.1.1 §3.1.4):
/// the shard that had it closes the old connection and hands the session over; CONNACK waits for that. Owner:
/// MqttShard; its thread.
class SessionTable {
 public:
  /// Gets the session that a client had, or null. Called on the shard that gives it away.
  using HandOver = std::function<void(std::unique_ptr<MqttSession>)>;
  /// The client's session is here and attached.
  using Opened = std::function<void(MqttConnection&, MqttSession&, bool present)>;
  /// The connection's will is due, before its session goes.
  using WillDue = std::function<void(MqttConnection&)>;

  SessionTable(ShardCore& core, FanOut& fanOut, Opened opened, WillDue willDue);

  /// Opens a session for a client that has signed in.
  void open(MqttConnection& connection, ClientKey key, api::Principal who, bool cleanSession);
  /// Somebody else serves this client from now on: the session of that claim is handed over, at once or as soon as it
  /// has come here, and its connection closed. Gets null where the claim has ended.
  void giveAway(const ClientKey& key, std::uint64_t claim, HandOver handOver);
  /// The connection has closed: the session stays, where it is persistent, or goes.
  void connectionClosed(MqttConnection& connection);
  /// Ends the session, whether the client is here or not.
  void remove(MqttSession& session, const std::string& reason);
  /// Drops sessions that nobody came back to.
  void dropStale();

  MqttSession* find(const ClientKey& key);
  /// Calls `visit(MqttSession&)` for all; the visitor may remove the one it is given.
  void forEach(const std::function<void(MqttSession&)>& visit);

 private:
  /// A client whose session is being fetched.
  struct Opening {
    std::uint64_t claim = 0;
    std::shared_ptr<MqttConnection> connection;
    api::Principal who;
    bool cleanSession = true;
    HandOver next;  // another connection of the same client has come meanwhile
  };

  void fetch(const ClientKey& key, const ClientDirectory::Claim& before, const std::shared_ptr<Opening>& opening);
  void finish(const ClientKey& key, Opening& opening, std::unique_ptr<MqttSession> session);
  void subscribeAgain(MqttSession& session, bool on);
  void makeRoomForAway();
  std::unique_ptr<MqttSession> extract(MqttSession& session);

  ShardCore& m_core;
  FanOut& m_fanOut;
  Opened m_opened;
  WillDue m_willDue;
  std::unordered_map<ClientKey, std::unique_ptr<MqttSession>, ClientKeyHash> m_sessions;
  std::unordered_map<std::uint64_t, std::shared_ptr<Opening>> m_openings;  // by claim: a client may have several
  std::size_t m_away = 0;
};

}  // namespace carport
