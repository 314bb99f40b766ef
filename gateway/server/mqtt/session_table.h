#pragma once

#include "gateway/server/mqtt/away_sessions.h"
#include "gateway/server/mqtt/client_directory.h"
#include "gateway/server/mqtt/mqtt_connection.h"
#include "gateway/server/mqtt/mqtt_session.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace carport {

class FanOut;
class ShardCore;

/// What a client that has signed in asks for.
struct SessionWish {
  ClientKey key;
  api::Principal who;
  bool cleanStart = true;           ///< an earlier session ends
  std::uint32_t expirySeconds = 0;  ///< as MqttSession::expirySeconds
  std::optional<MqttWill> will;
};

/// The sessions of one I/O thread, how long they last, and how a client id is taken over from wherever it was (MQTT 5.0
/// §3.1.4): the shard that had it closes the old connection and hands the session over; CONNACK waits for that. Owner:
/// MqttShard; its thread.
class SessionTable {
 public:
  /// Gets the session that a client had, or null. Called on the shard that gives it away.
  using HandOver = std::function<void(std::unique_ptr<MqttSession>)>;
  /// The client's session is here and attached.
  using Opened = std::function<void(MqttConnection&, MqttSession&, bool present)>;
  /// The session's will is to be published.
  using WillDue = std::function<void(MqttSession&)>;
  /// A message of the storage as the MQTT side has it.
  using MessageOf = std::function<MqttMessagePtr(const SessionMessagePtr&)>;

  /// After a restart, a client that was connected has this long before its will is published.
  static constexpr std::chrono::seconds kWillGrace{10};

  SessionTable(ShardCore& core, FanOut& fanOut, Opened opened, WillDue willDue);

  /// Opens a session for a client that has signed in.
  void open(MqttConnection& connection, SessionWish wish);
  /// Somebody else serves this client from now on: the session of that claim is handed over as soon as it has come here
  /// and what its client has published in QoS 2 is on disk, and its connection closed. Gets null where the claim has
  /// ended.
  void giveAway(const ClientKey& key, std::uint64_t claim, HandOver receiver);
  /// The connection has closed: the session stays for as long as its expiry says. `isWillVoid`: the client said
  /// goodbye.
  void connectionClosed(MqttConnection& connection, bool isWillVoid);
  /// Ends the session, whether the client is here or not.
  void remove(MqttSession& session, const Closing& closing);
  /// A session that an earlier run of the gateway has left behind; before the thread runs.
  void restore(const SessionRecord& record, api::Principal who, const MessageOf& messageOf);
  /// Tells the journal of every durable session, whole.
  void recordAll();
  /// Its subscriptions, expiry or will have changed: the journal is told of the change.
  void recordOpened(MqttSession& session, bool isNew);
  /// Publishes wills and ends sessions whose time has come.
  void onTime(SteadyPoint now);

  /// The session of which a stand-in was left here has arrived on `toShard`: what the stand-in holds goes there.
  void giveLeft(std::uint64_t standIn, std::size_t toShard);
  /// The other end of it: the session has everything now.
  void takeLeft(const ClientKey& key, SessionNumber number, HeldDeliveries left);

  MqttSession* find(const ClientKey& key);
  /// Calls `visit(MqttSession&)` for all; the visitor may remove the one it is given.
  void forEach(const std::function<void(MqttSession&)>& visit);

 private:
  /// A client whose session is being fetched.
  struct Opening {
    std::uint64_t claim = 0;
    std::shared_ptr<MqttConnection> connection;
    SessionWish wish;
    HandOver next;  // another connection of the same client has come meanwhile
  };

  void fetch(const ClientDirectory::Claim& before, const std::shared_ptr<Opening>& opening);
  void finish(Opening& opening, std::unique_ptr<MqttSession> session);
  void handOver(MqttSession& session, const HandOver& receiver);
  void subscribeAgain(MqttSession& session, bool on);
  std::unique_ptr<MqttSession> extract(MqttSession& session);
  std::unique_ptr<MqttSession> release(MqttSession& session);
  void arrive(const MqttSession& session);
  void endStandIn(std::uint64_t number, std::size_t toShard);
  void deliverHeld(MqttSession& session, HeldDeliveries held);
  void end(std::unique_ptr<MqttSession> session);
  void publishWill(MqttSession& session);

  void recordWill(const MqttSession& session);
  void recordAway(const MqttSession& session);
  void restoreTimes(MqttSession& session, const SessionRecord& record);
  void giveWhenWritten(const ClientKey& key, std::uint64_t claim);
  void wentAway(MqttSession& session);
  void cameBack(MqttSession& session);
  /// Its client is away, and its expiry has passed.
  bool isOver(MqttSession& session) const;
  void setDue(MqttSession& session);
  void makeRoomForAway(MqttSession& newest);

  ShardCore& m_core;
  FanOut& m_fanOut;
  Opened m_opened;
  WillDue m_willDue;
  std::unordered_map<ClientKey, std::unique_ptr<MqttSession>, ClientKeyHash> m_sessions;
  std::unordered_map<std::uint64_t, std::shared_ptr<Opening>> m_openings;  // by claim: a client may have several
  std::unordered_map<std::uint64_t, HandOver> m_leaving;  // by claim: who waits for a session to settle
  std::unordered_map<std::uint64_t, std::unique_ptr<MqttSession>> m_standIns;  // of sessions that have left
  std::uint64_t m_lastStandIn = 0;
  // Of those whose clients are away: by when something is to be done, and by principal, the oldest first.
  std::set<std::pair<SteadyPoint, MqttSession*>> m_due;
  std::unordered_map<PrincipalNumber, std::vector<MqttSession*>> m_awayOf;
  AwaySessions<MqttSession> m_away;
  bool m_takingOver = false;  // a session that goes away now is on its way elsewhere
};

}  // namespace carport
