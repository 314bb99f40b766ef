#pragma once

#include "gateway/api/command.h"
#include "gateway/server/mqtt/command_courier.h"
#include "gateway/server/mqtt/connect_desk.h"
#include "gateway/server/mqtt/connection_drain.h"
#include "gateway/server/mqtt/door_desk.h"
#include "gateway/server/mqtt/fan_out.h"
#include "gateway/server/mqtt/ingest_batcher.h"
#include "gateway/server/mqtt/limit_desk.h"
#include "gateway/server/mqtt/mqtt_connection.h"
#include "gateway/server/mqtt/nitrogen_dialect.h"
#include "gateway/server/mqtt/publish_router.h"
#include "gateway/server/mqtt/session_table.h"
#include "gateway/server/mqtt/shard_core.h"
#include "gateway/server/mqtt/subscription_desk.h"

#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace carport {

/// One I/O thread with its connections, which no other thread touches. Owner: MqttFront. Public functions may be called
/// from any thread, except where they say otherwise.
class MqttShard final : public ConnectionHost {
 public:
  /// How often time-outs are looked at.
  static constexpr std::chrono::milliseconds kTick{100};
  /// Connections whose time-outs are looked at in one tick, at least; of more than these a tenth.
  static constexpr std::size_t kMinLookedAt = 1000;

  MqttShard(MqttContext& context, std::size_t index);
  ~MqttShard() override;

  std::size_t index() const { return m_core.index; }
  /// Before start(), or on the shard's thread.
  boost::asio::io_context& ioContext() { return m_core.io->context(); }
  void start();
  /// Ends the thread. From the owner's thread.
  void stop() { m_core.io->stop(); }

  /// Open connections and those on their way here.
  std::size_t load() const { return m_load.load(std::memory_order_relaxed); }
  std::size_t listeners() const { return m_fanOut.listeners(); }

  /// With `isFull` there is room only in the place of a connection that has not signed in: the one that has waited
  /// longest goes. Where there is none the new one goes.
  void adopt(std::unique_ptr<ByteChannel> channel, MqttTransport transport, bool isFull);
  /// False where too much is waiting for this thread: nothing is delivered then.
  bool postDelivery(DeliveryBatchPtr batch);
  /// The same for a batch that waited for room there and can wait no longer: always taken.
  void postOwed(DeliveryBatchPtr batch);
  /// The same for shared subscriptions; takes `offers` where it says true.
  bool postOffers(std::vector<SharedOffer>& offers);
  void giveAway(ClientKey key, std::uint64_t claim, SessionTable::HandOver handOver);
  /// See SessionTable::giveLeft() and takeLeft().
  void fetchLeft(std::uint64_t standIn, std::size_t toShard);
  void takeLeft(ClientKey key, SessionNumber number, HeldDeliveries left);
  /// On the shard's thread, once what it is doing now is done: posts all that it still owes the other one, then calls
  /// `then`.
  void handOverTo(std::size_t shard, std::function<void()> then);
  void deliverCommand(api::Command command, std::string carId);
  /// What came by another door than MQTT; see DeviceDoor::take().
  bool takeFromDoor(DoorMessage message, DeviceDoor::Done done) {
    return m_core.io->post([this, message = std::move(message), done = std::move(done)]() mutable {
      m_doorDesk.take(message, std::move(done));
    });
  }
  /// An attempt at another door than MQTT's; where too much waits for the thread, it is not counted.
  void countAttempt(PrincipalNumber principal, api::AttemptKind kind, std::string address) {
    m_core.io->post(
        [this, principal, kind, address = std::move(address)] { m_core.connections.count(principal, kind, address); });
  }
  /// What an earlier run left open is recorded as ended. Of one shard; before start().
  void beginConnections(std::int64_t newest) { m_core.connections.begin(newest); }
  /// See MqttLink::rawMessages(); `done` is called on this thread. False where too much waits for it.
  bool readRaw(std::string organisation, PrincipalNumber car, std::uint64_t after, std::size_t most,
               std::function<void(RawRing::Part)> done) {
    return m_core.io->post([this, organisation = std::move(organisation), car, after, most, done = std::move(done)] {
      done(m_core.raw.read(organisation, car, after, most));
    });
  }
  void registryChanged();
  /// Those who had to wait for slow subscribers may go on.
  void roomAgain();
  /// Lets all clients go, evenly over the order's period; those that still come are closed.
  void drain(DrainOrder order);
  /// Clients may come again. Those that are being let go still go.
  void resume();
  /// Adds what this thread counts.
  void addTo(MqttCounters& counters) const;
  /// Reads no more, waits for the disk and the control thread, acknowledges; then calls `settled` on the shard's
  /// thread.
  void settle(std::function<void()> settled);
  /// Closes what is open, once all shards have settled: until then one may have messages for another's subscribers.
  /// Then calls `closed` on the shard's thread.
  void closeAll(std::function<void()> closed);
  /// Calls `written` on the shard's thread once everything about its durable sessions is on disk.
  void writeSessions(std::function<void()> written);
  /// A session of an earlier run; before start().
  void restore(const SessionRecord& record, api::Principal who, const SessionTable::MessageOf& messageOf) {
    m_sessions.restore(record, std::move(who), messageOf);
  }
  /// A session that is not to be restored; before start().
  void forget(SessionNumber session) { m_core.journal.record(SessionEnded{session}); }
  /// Publishers that had to wait may try again.
  void retrySoon();

 private:
  void onConnect(MqttConnection& connection, const mqtt::Connect& connect) override;
  Routed onPublish(MqttConnection& connection, const mqtt::Publish& publish) override;
  void onPubrel(MqttConnection& connection, mqtt::PacketId packetId) override;
  void onPuback(MqttConnection& connection, const mqtt::Puback& puback) override;
  void onPubrec(MqttConnection& connection, const mqtt::Pubrec& pubrec) override;
  void onPubcomp(MqttConnection& connection, const mqtt::Pubcomp& pubcomp) override;
  void onSubscribe(MqttConnection& connection, const mqtt::Subscribe& subscribe) override;
  void onUnsubscribe(MqttConnection& connection, const mqtt::Unsubscribe& unsubscribe) override;
  void onDisconnect(MqttConnection& connection, const mqtt::Disconnect& disconnect) override;
  void onParked(MqttConnection& connection) override;
  void onClosed(MqttConnection& connection, const Closing& closing) override;

  void take(std::unique_ptr<ByteChannel> channel, MqttTransport transport, bool isFull);
  /// Forgets strangers that are gone or signed in; the one that has waited longest, or null.
  std::shared_ptr<MqttConnection> oldestStranger();
  void sessionOpened(MqttConnection& connection, MqttSession& session, bool present);
  /// Lets a client in whose session is there, and goes on with both.
  void welcome(MqttConnection& connection, MqttSession& session, bool present);
  void accept(MqttConnection& connection, const MqttSession& session, bool present);
  /// Keeps the message as it came, with what the router made of it where that had it; returns `routed`.
  Routed keepRaw(const MqttConnection& connection, const mqtt::Publish& publish, Routed routed, bool wasRouted);
  void logClosed(const MqttConnection& connection, const Closing& closing);
  void retryParked();
  void recheck(MqttSession& session);
  void tickLater();
  void tick();
  void lookAtSome();
  bool isSettled() const;
  void continueStopping();

  ShardCore m_core;
  FanOut m_fanOut;
  IngestBatcher m_batcher;
  PublishRouter m_router;
  DoorDesk m_doorDesk;
  SessionTable m_sessions;
  CommandCourier m_courier;
  SubscriptionDesk m_subscriptions;
  NitrogenDialect m_nitrogen;
  ConnectDesk m_connects;
  LimitDesk m_limits;
  std::vector<std::shared_ptr<MqttConnection>> m_connections;
  std::size_t m_nextLookedAt = 0;  // of them
  // In the order in which they came, those that have signed in or gone until they are at the front: at most what comes
  // in MqttLimits::connectTimeout.
  std::deque<std::weak_ptr<MqttConnection>> m_strangers;
  std::vector<std::weak_ptr<MqttConnection>> m_parked;
  std::optional<ConnectionDrain> m_drain;
  boost::asio::steady_timer m_timer;
  std::function<void()> m_settled;
  std::function<void()> m_closed;
  std::uint64_t m_nextNumber = 1;
  std::atomic<std::size_t> m_load = 0;
  std::atomic<bool> m_recheckPosted = false;
};

}  // namespace carport
