#pragma once

#include "gateway/api/principal.h"
#include "gateway/base/clock.h"
#include "gateway/protocol/mqtt/packets.h"
#include "gateway/server/mqtt/access_gate.h"
#include "gateway/server/mqtt/client_directory.h"
#include "gateway/server/mqtt/mqtt_message.h"

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>

namespace carport {

class MqttConnection;
class ShardCore;

/// What outlives a connection of one client: its subscriptions, the messages it has not acknowledged and those that
/// wait for it (MQTT 3.1.1 §3.1.2.4). Kept in memory. Owner: SessionTable of the shard where the client is; it may be
/// handed to another shard, with nothing left behind.
class MqttSession {
 public:
  enum class Delivery : std::uint8_t { sent, queued, shed, overflow };
  enum class CommandDelivery : std::uint8_t { sent, hadAlready, noRoom };

  MqttSession(ClientKey key, api::Principal who, bool isPersistent)
      : principal(std::move(who)), persistent(isPersistent), m_key(std::move(key)) {}

  const ClientKey& key() const { return m_key; }
  api::Principal principal;
  bool persistent;  ///< clean session = 0
  AccessCache access;
  std::uint64_t claim = 0;  ///< the connection it was opened for, in ClientDirectory
  SteadyPoint awaySince{};  ///< when its connection ended

  MqttConnection* connection() const { return m_connection; }
  /// It lives on the thread of `core` from now on.
  void moveTo(ShardCore& core);
  /// Serves `connection`; call resume() once its CONNACK is out.
  void attach(MqttConnection& connection) { m_connection = &connection; }
  /// The connection ended. Unacknowledged commands are sent again only when the control thread offers them again:
  /// meanwhile they may have been cancelled or have expired.
  void detach(SteadyPoint now);
  /// Sends again what was not acknowledged, except commands, then what has waited.
  void resume();

  const std::map<std::string, mqtt::Qos, std::less<>>& subscriptions() const { return m_subscriptions; }
  void subscribe(std::string_view filter, mqtt::Qos qos);
  bool unsubscribe(std::string_view filter);
  /// The QoS in which it gets its own commands; none where it is no car or has not subscribed to them.
  std::optional<mqtt::Qos> commandQos() const;

  /// Sends the message now, or keeps it for when there is room or the client is back: those of QoS 1, and retained
  /// messages of either QoS, of which there may be far more at a subscription than a client takes at once.
  Delivery deliver(const MqttMessagePtr& message, mqtt::Qos qos, bool retain);
  /// Sends a command now or not at all: one that waited could be carried out too late. A connection gets a command
  /// once; one that an earlier connection did not acknowledge is sent again as what it was, marked as a duplicate.
  CommandDelivery sendCommand(const MqttMessagePtr& message, mqtt::Qos qos, const std::string& commandId);
  /// The client has read what it was sent: what waited for that goes out.
  void outputTaken() { sendQueued(); }
  /// The client has the packet; returns the command's id where it was one.
  std::optional<std::string> acknowledged(mqtt::PacketId packetId);

 private:
  struct Outgoing {
    MqttMessagePtr message;
    mqtt::Qos qos = mqtt::Qos::atLeastOnce;
    bool retain = false;
    std::string commandId;
  };
  struct Inflight {
    mqtt::PacketId packetId;
    Outgoing outgoing;
    bool awaitsOffer = false;  ///< a command that this connection has not been sent yet
  };

  bool hasRoomToSend() const;
  bool isWindowOpen(mqtt::Qos qos) const;
  bool send(Outgoing outgoing);
  Delivery keep(Outgoing outgoing);
  void sendQueued();
  CommandDelivery sendCommandAgain(Inflight& command);
  void commandSettled(std::string commandId);

  ClientKey m_key;
  ShardCore* m_core = nullptr;
  MqttConnection* m_connection = nullptr;
  std::map<std::string, mqtt::Qos, std::less<>> m_subscriptions;
  std::deque<Inflight> m_inflight;  // in the order of sending, which is that of sending again
  std::size_t m_inflightCommands = 0;
  std::deque<std::string> m_settledCommands;  // had by this connection: of QoS 0, or acknowledged; the newest ones
  std::deque<Outgoing> m_queue;
  // Without retained messages, which the server keeps anyway.
  std::size_t m_queuedMessages = 0;
  std::size_t m_queuedBytes = 0;
};

}  // namespace carport
