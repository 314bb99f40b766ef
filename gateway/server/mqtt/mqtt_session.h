#pragma once

#include "gateway/api/principal.h"
#include "gateway/base/clock.h"
#include "gateway/domain/session_record.h"
#include "gateway/protocol/mqtt/packets.h"
#include "gateway/server/mqtt/access_gate.h"
#include "gateway/server/mqtt/client_directory.h"
#include "gateway/server/mqtt/held_deliveries.h"
#include "gateway/server/mqtt/mqtt_subscription.h"
#include "gateway/server/mqtt/mqtt_will.h"
#include "gateway/server/mqtt/outgoing_queue.h"
#include "gateway/server/mqtt/received_ids.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

class MqttConnection;
class ShardCore;

/// What outlives a connection of one client: its subscriptions, the messages it has not acknowledged and those that
/// wait for it, what it has published in QoS 2 and not released, its will (MQTT 5.0 §4.1). Owner: SessionTable of the
/// shard where the client is; it may be handed to another shard, with nothing left behind.
class MqttSession {
 public:
  using Subscriptions = std::map<std::string, MqttSubscription, std::less<>>;

  MqttSession(SessionNumber number, ClientKey key, api::Principal who)
      : principal(std::move(who)), m_number(number), m_key(std::move(key)) {}
  MqttSession(const MqttSession&) = delete;
  MqttSession& operator=(const MqttSession&) = delete;

  SessionNumber number() const { return m_number; }
  const ClientKey& key() const { return m_key; }
  api::Principal principal;
  AccessCache access;
  std::uint64_t claim = 0;  ///< the connection it was opened for, in ClientDirectory

  /// How long it outlives its connection; 0: not at all, kSessionNeverExpires: until a limit of the gateway's.
  std::uint32_t expirySeconds = 0;
  bool isPersistent() const { return expirySeconds > 0; }
  SteadyPoint awaySince{};            ///< when its connection ended
  std::optional<SteadyPoint> willAt;  ///< the will is published then, unless the client is back
  SteadyPoint endsAt{};               ///< then nothing is kept any longer; while the client is away
  SteadyPoint dueAt{};                ///< the earlier of the two; kept by SessionTable
  std::optional<MqttWill> will;
  /// It is kept on disk, too: it outlives the gateway.
  bool isRecorded = false;
  /// Publishes that it had before the gateway was restarted and that their senders may send again.
  std::vector<MessageOrigin> taken{};
  /// QoS 2 from the client; null until there is some.
  std::shared_ptr<ReceivedIds> received;
  /// While it moves between threads: what it gets meanwhile. Null: it gets it at once.
  std::unique_ptr<HeldDeliveries> held{};
  std::optional<LeftBehind> leftBehind{};

  MqttConnection* connection() const { return m_connection; }
  /// It lives on the thread of `core` from now on.
  void moveTo(ShardCore& core);
  /// Serves `connection`; call outgoing().resume() once its CONNACK is out.
  void attach(MqttConnection& connection);
  /// The connection ended. Unacknowledged commands are sent again only when the control thread offers them again:
  /// meanwhile they may have been cancelled or have expired.
  void detach(SteadyPoint now);

  const Subscriptions& subscriptions() const { return m_subscriptions; }
  template <class Visitor>
  void forEachSubscription(Visitor&& visit) {
    for (auto& [filter, subscription] : m_subscriptions) visit(subscription);
  }
  /// Adds the subscription or changes its options; the address stays.
  MqttSubscription& subscribe(std::string_view filter, const SubscriptionWish& wish);
  MqttSubscription* subscription(std::string_view filter);
  bool unsubscribe(std::string_view filter);
  /// The QoS in which it gets its own commands; none where it is no car or has not subscribed to them.
  std::optional<mqtt::Qos> commandQos() const;

  /// What is on its way to the client.
  OutgoingQueue& outgoing() { return m_outgoing; }

 private:
  const SessionNumber m_number;
  ClientKey m_key;
  MqttConnection* m_connection = nullptr;
  Subscriptions m_subscriptions;
  OutgoingQueue m_outgoing;
};

}  // namespace carport
