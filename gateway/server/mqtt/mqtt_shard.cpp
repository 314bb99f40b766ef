#include "gateway/server/mqtt/mqtt_shard.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace carport {

namespace {

const Closing kNoRoom{"all connections are in use, and it had not signed in", mqtt::ReasonCode::serverBusy};

}  // namespace

MqttShard::MqttShard(MqttContext& context, std::size_t index)
    : m_core(context, index),
      m_fanOut(m_core),
      m_batcher(m_core, m_fanOut),
      m_router(m_core, m_batcher, m_fanOut),
      m_doorDesk(m_core, m_batcher, m_fanOut, m_router.decoder()),
      m_sessions(
          m_core, m_fanOut,
          [this](MqttConnection& connection, MqttSession& session, bool present) {
            sessionOpened(connection, session, present);
          },
          [this](MqttSession& session) { m_router.publishWill(session, *session.will); }),
      m_courier(m_core, m_fanOut, m_sessions),
      m_subscriptions(m_core, m_fanOut, m_courier),
      m_nitrogen(m_core),
      m_connects(m_core, m_sessions),
      m_limits(m_core),
      m_timer(m_core.io->context()) {
  m_core.onTurnEnd = [this] {
    m_fanOut.flush();
    m_batcher.flush();
    m_core.journal.flush();
  };
  m_core.journal.onRewrite = [this] { m_sessions.recordAll(); };
  m_core.journal.onRoom = [this] {
    for (auto* shard : m_core.context.shards) shard->retrySoon();
  };
  m_batcher.onRoom = [this] {
    retryParked();
    continueStopping();
  };
  m_fanOut.onRoom = [this] { retryParked(); };
  m_limits.onStillParked = [this](MqttConnection& connection) { m_parked.push_back(connection.weak_from_this()); };
}

MqttShard::~MqttShard() {
  stop();
}

void MqttShard::start() {
  m_core.gate.forgetDecisions();  // the registry was filled after this was made
  m_core.raw.reserve(RawRing::kMaxBytes / m_core.context.shards.size());
  m_core.journal.flush();
  tickLater();
  m_core.io->start();
}

void MqttShard::adopt(std::unique_ptr<ByteChannel> channel, MqttTransport transport, bool isFull) {
  m_load.fetch_add(1, std::memory_order_relaxed);
  // Not a bounded post: the number of connections is bounded, and a refused post would leave an open socket behind.
  m_core.io->postAnswer([this, transport, isFull, channel = std::move(channel)]() mutable {
    take(std::move(channel), transport, isFull);
  });
}

void MqttShard::take(std::unique_ptr<ByteChannel> channel, MqttTransport transport, bool isFull) {
  auto oldest = oldestStranger();
  const auto number = m_nextNumber++;
  auto connection = std::make_shared<MqttConnection>(m_core, *this, std::move(channel), transport, number);
  m_connections.push_back(connection);
  m_strangers.push_back(connection);
  m_core.traffic.of(transport).opened.add();
  connection->start();
  if (m_core.draining) return connection->close(kStopping);
  if (m_drain) return connection->close(m_drain->closing());
  if (!isFull) return;
  m_core.context.tally.refuse(ConnectionRefusal::full);
  (oldest ? oldest : connection)->close(kNoRoom);
}

std::shared_ptr<MqttConnection> MqttShard::oldestStranger() {
  while (!m_strangers.empty()) {
    auto oldest = m_strangers.front().lock();
    if (oldest && oldest->isOpen() && oldest->session == nullptr) return oldest;
    m_strangers.pop_front();
  }
  return nullptr;
}

bool MqttShard::postDelivery(DeliveryBatchPtr batch) {
  return m_core.io->post([this, batch = std::move(batch)] { m_fanOut.deliverHere(*batch); });
}

void MqttShard::postOwed(DeliveryBatchPtr batch) {
  // Not a bounded post: once for each session that leaves, and bounded by what waits for room then.
  m_core.io->postAnswer([this, batch = std::move(batch)] { m_fanOut.deliverHere(*batch); });
}

void MqttShard::handOverTo(std::size_t shard, std::function<void()> then) {
  m_core.io->postAnswer([this, shard, then = std::move(then)] {
    m_fanOut.handOverTo(*m_core.context.shards[shard]);
    then();
  });
}

bool MqttShard::postOffers(std::vector<SharedOffer>& offers) {
  auto taken = std::make_shared<std::vector<SharedOffer>>(std::move(offers));
  if (m_core.io->post([this, taken] { m_fanOut.takeOffers(std::move(*taken)); })) {
    offers.clear();
    return true;
  }
  offers = std::move(*taken);
  return false;
}

void MqttShard::giveAway(ClientKey key, std::uint64_t claim, SessionTable::HandOver handOver) {
  m_core.io->postAnswer([this, key = std::move(key), claim, handOver = std::move(handOver)]() mutable {
    m_sessions.giveAway(key, claim, std::move(handOver));
  });
}

void MqttShard::fetchLeft(std::uint64_t standIn, std::size_t toShard) {
  m_core.io->postAnswer([this, standIn, toShard] { m_sessions.giveLeft(standIn, toShard); });
}

void MqttShard::takeLeft(ClientKey key, SessionNumber number, HeldDeliveries left) {
  m_core.io->postAnswer([this, key = std::move(key), number, left = std::move(left)]() mutable {
    m_sessions.takeLeft(key, number, std::move(left));
  });
}

void MqttShard::deliverCommand(api::Command command, std::string carId) {
  // Bounded by the open commands that a car may have (CommandBook::kMaxOpenPerCar).
  m_core.io->postAnswer(
      [this, command = std::move(command), carId = std::move(carId)] { m_courier.deliver(command, carId); });
}

void MqttShard::registryChanged() {
  // Must not be lost: a decision that was taken back would stay in force. One that waits will see this change, too.
  if (m_recheckPosted.exchange(true)) return;
  m_core.io->postAnswer([this] {
    m_recheckPosted = false;
    m_core.gate.forgetDecisions();
    m_sessions.forEach([this](MqttSession& session) { recheck(session); });
    m_limits.wakeWhereChanged();
  });
}

void MqttShard::recheck(MqttSession& session) {
  auto who = m_core.context.parts.registry.find(session.principal.number);
  if (!who || who->blocked)
    return m_sessions.remove(
        session, {who ? "it has been blocked" : "it is no longer registered", mqtt::ReasonCode::administrativeAction});
  if (auto* connection = session.connection()) {
    const auto why = m_core.context.signIn.withdrawn(who->number, connection->proof, &connection->signedInUntil);
    // The session stays for whoever proves to be the same with what is valid now. Closed later, because that may drop
    // another session, and somebody walks over them.
    if (!why.empty()) {
      m_core.closeLater(connection->shared_from_this(), {std::string(why), mqtt::ReasonCode::administrativeAction});
    }
  }
  if (auto* connection = session.connection()) {
    m_limits.renew(*connection, *who, who->groups != session.principal.groups);
  }
  who->scope = session.principal.scope;
  session.principal = std::move(*who);
  m_subscriptions.recheck(session);
}

void MqttShard::addTo(MqttCounters& counters) const {
  m_core.traffic.addTo(counters);
  counters.postsWaiting = std::max<std::uint64_t>(counters.postsWaiting, m_core.io->waiting());
  counters.refusedPosts += m_core.io->refused();
}

void MqttShard::onConnect(MqttConnection& connection, const mqtt::Connect& connect) {
  m_connects.connect(connection, connect);
}

void MqttShard::sessionOpened(MqttConnection& connection, MqttSession& session, bool present) {
  // The registry may have changed while the password was checked or the session was fetched.
  const auto why =
      m_core.context.signIn.withdrawn(session.principal.number, connection.proof, &connection.signedInUntil);
  if (!why.empty()) return connection.close({std::string(why), mqtt::ReasonCode::notAuthorised, true});
  if (!m_limits.letIn(connection, session.principal)) return;
  // A CONNACK promises the session: one that is new is on disk before. Where that takes too long, the protocol refuses.
  if (present || !session.isRecorded) return welcome(connection, session, present);
  m_core.journal.whenCommitted([this, self = connection.shared_from_this(), number = session.number()] {
    if (self->isOpen() && self->session && self->session->number() == number) welcome(*self, *self->session, false);
  });
}

void MqttShard::welcome(MqttConnection& connection, MqttSession& session, bool present) {
  // What is sent again takes its packet ids back before what the client has sent already brings anything new.
  connection.protocol().pause();
  accept(connection, session, present);
  m_core.connections.opened(connection);
  session.outgoing().resume();
  connection.protocol().resume(m_core.steadyNow());
  if (connection.session != &session) return;  // what it had sent already was not acceptable
  connection.readOn();
  m_courier.ready(session);
  const auto& who = session.principal;
  const auto& log = m_core.context.parts.log;
  if (who.type == api::PrincipalType::device) {
    log.debug(fmt::format("Car {} connected", who.id), {{"peer", connection.peer()}});
  } else {
    log.info(fmt::format("{} connected over MQTT", who.id), {{"peer", connection.peer()}});
  }
}

void MqttShard::accept(MqttConnection& connection, const MqttSession& session, bool present) {
  const auto& limits = m_core.context.limits;
  mqtt::Acceptance acceptance;
  acceptance.sessionPresent = present;
  acceptance.assignedClientId = connection.assignedClientId;
  const auto longest =
      std::max(std::chrono::seconds(1), std::chrono::duration_cast<std::chrono::seconds>(limits.offlineSessionLife));
  if (std::chrono::seconds(session.expirySeconds) > longest) {
    acceptance.sessionExpirySeconds = static_cast<std::uint32_t>(longest.count());
  }
  const auto wished = connection.wishedKeepAliveSeconds;
  if (limits.maxKeepAliveSeconds > 0 && (wished == 0 || wished > limits.maxKeepAliveSeconds)) {
    acceptance.serverKeepAliveSeconds = limits.maxKeepAliveSeconds;
  }
  std::vector<mqtt::PacketId> unreleased;
  if (session.received) {
    unreleased = session.received->unreleased();
    connection.received = session.received;
  }
  acceptance.unreleased = unreleased;
  connection.protocol().acceptConnect(acceptance, m_core.steadyNow());
}

Routed MqttShard::onPublish(MqttConnection& connection, const mqtt::Publish& publish) {
  const bool isLimited = connection.limits.share != nullptr;
  if (isLimited) {
    if (const auto limited = m_limits.admit(connection, publish)) return keepRaw(connection, publish, *limited, false);
  }
  const auto routed = m_router.route(connection, publish);
  // Paid for once, however often it has to try.
  if (isLimited && routed != Routed::later) connection.limits.message = LimitStanding::Message::unpaid;
  return keepRaw(connection, publish, routed, true);
}

void MqttShard::onPubrel(MqttConnection& connection, mqtt::PacketId packetId) {
  if (connection.received) connection.received->release(packetId);
  if (!connection.recordsAs) return connection.protocol().sendPubcomp(packetId);
  // First on disk: the client may then use the id for another message, which must not look like the old one.
  m_core.journal.record(IncomingGone{connection.recordsAs, packetId});
  m_core.journal.whenCommitted([self = connection.shared_from_this(), packetId] {
    if (!self->isOpen()) return;
    self->protocol().sendPubcomp(packetId);
    self->writeLater();
  });
}

void MqttShard::onPuback(MqttConnection& connection, const mqtt::Puback& puback) {
  auto& session = *connection.session;
  const auto settled = session.outgoing().acknowledged(puback.packetId);
  if (settled.commandId.empty() || mqtt::isFailure(puback.reason)) return;
  m_courier.acknowledged(session, settled.commandId);
}

void MqttShard::onPubrec(MqttConnection& connection, const mqtt::Pubrec& pubrec) {
  const auto settled = connection.session->outgoing().received(pubrec.packetId, pubrec.reason);
  if (!mqtt::isFailure(pubrec.reason) && !settled.awaitsDisk) connection.protocol().sendPubrel(pubrec.packetId);
}

void MqttShard::onPubcomp(MqttConnection& connection, const mqtt::Pubcomp& pubcomp) {
  connection.session->outgoing().acknowledged(pubcomp.packetId);
}

void MqttShard::onDisconnect(MqttConnection& connection, const mqtt::Disconnect& disconnect) {
  const auto expiry = disconnect.properties.number(mqtt::PropertyId::sessionExpiryInterval);
  if (!expiry || !connection.session) return;
  connection.session->expirySeconds = *expiry;
  if (*expiry > 0) m_sessions.recordOpened(*connection.session, true);
}

void MqttShard::onSubscribe(MqttConnection& connection, const mqtt::Subscribe& subscribe) {
  if (connection.speaksNitrogen) return m_nitrogen.subscribe(connection, subscribe);
  m_subscriptions.subscribe(connection, subscribe);
}

void MqttShard::onUnsubscribe(MqttConnection& connection, const mqtt::Unsubscribe& unsubscribe) {
  if (connection.speaksNitrogen) return m_nitrogen.unsubscribe(connection, unsubscribe);
  m_subscriptions.unsubscribe(connection, unsubscribe);
}

void MqttShard::onParked(MqttConnection& connection) {
  if (!m_limits.park(connection)) m_parked.push_back(connection.weak_from_this());
}

void MqttShard::retryParked() {
  std::vector<std::weak_ptr<MqttConnection>> parked;
  parked.swap(m_parked);
  for (auto& weak : parked) {
    const auto connection = weak.lock();
    if (connection && !connection->retryParked() && !m_limits.park(*connection)) m_parked.push_back(std::move(weak));
  }
}

void MqttShard::onClosed(MqttConnection& connection, const Closing& closing) {
  m_load.fetch_sub(1, std::memory_order_relaxed);
  m_core.traffic.of(connection.transport()).closed.add();
  logClosed(connection, closing);
  m_core.connections.closed(connection, closing);
  connection.limits.share.reset();
  m_nitrogen.forget(connection);
  if (const auto* session = connection.session) m_courier.forget(session->principal.number, session->key());
  m_sessions.connectionClosed(connection, closing.isWillVoid);
  if (const auto car = std::exchange(connection.car, {})) {
    m_core.context.directory.carLeft(car, [&] { m_core.context.parts.control.carConnected(car, false); });
  }
}

void MqttShard::logClosed(const MqttConnection& connection, const Closing& closing) {
  const auto& peer = connection.peer();
  const auto& reason = closing.text;
  const bool isOrdinary = closing.isOrdinary || closing.isWillVoid || m_core.draining ||
                          reason == MqttConnection::kLost || closing.reason == mqtt::ReasonCode::sessionTakenOver;
  if (const auto* session = connection.session) {
    const auto sentence = fmt::format("{} disconnected: {}", session->principal.id, reason);
    // Thousands of cars leave and come back with their network; what a client did wrong is told louder.
    if (isOrdinary) {
      m_core.context.parts.log.debug(sentence, {{"peer", peer}});
    } else {
      m_core.warn(fmt::format("closed {} {}", session->principal.id, LogThrottle::kindOf(reason)),
                  fmt::format("{} ({})", sentence, peer));
    }
  } else if (!isOrdinary) {
    m_core.warn(fmt::format("closed {} {}", connection.address(), LogThrottle::kindOf(reason)),
                fmt::format("Closed the connection of {}: {}", peer, reason));
  }
}

void MqttShard::tickLater() {
  m_timer.expires_after(kTick);
  m_timer.async_wait([this](const boost::system::error_code& ec) {
    if (ec) return;
    tick();
    tickLater();
  });
}

void MqttShard::tick() {
  const auto steady = m_core.steadyNow();
  lookAtSome();
  retryParked();
  if (m_drain) m_drain->step(steady);
  m_core.connections.onTime(steady);
  if (!m_core.draining) m_sessions.onTime(steady);
  continueStopping();
}

void MqttShard::lookAtSome() {
  const auto steady = m_core.steadyNow();
  const auto now = m_core.now();
  // While stopping all of them: who waits for the last one should not wait for its turn.
  auto left = m_closed ? m_connections.size() : std::max(kMinLookedAt, m_connections.size() / 10);
  for (left = std::min(left, m_connections.size()); left > 0; --left) {
    if (m_nextLookedAt >= m_connections.size()) m_nextLookedAt = 0;
    const auto connection = m_connections[m_nextLookedAt];
    connection->onTime(steady);
    if (connection->signedInUntil && *connection->signedInUntil <= now) {
      connection->close({"its sign-in has expired", mqtt::ReasonCode::maximumConnectTime});
    }
    if (connection->isGone()) {
      m_connections[m_nextLookedAt] = std::move(m_connections.back());
      m_connections.pop_back();
    } else {
      ++m_nextLookedAt;
    }
  }
}

void MqttShard::roomAgain() {
  m_core.io->postAnswer([this] { retryParked(); });
}

void MqttShard::retrySoon() {
  // Where too many posts wait, the next tick tries.
  m_core.io->post([this] { retryParked(); });
}

}  // namespace carport
