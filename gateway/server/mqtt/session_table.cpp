#include "gateway/server/mqtt/session_table.h"

#include "gateway/server/mqtt/fan_out.h"
#include "gateway/server/mqtt/mqtt_shard.h"
#include "gateway/server/mqtt/shard_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace carport {

namespace {

const Closing kTakenOver{"another connection with its client id has come", mqtt::ReasonCode::sessionTakenOver};

}  // namespace

SessionTable::SessionTable(ShardCore& core, FanOut& fanOut, Opened opened, WillDue willDue)
    : m_core(core), m_fanOut(fanOut), m_opened(std::move(opened)), m_willDue(std::move(willDue)) {}

MqttSession* SessionTable::find(const ClientKey& key) {
  const auto entry = m_sessions.find(key);
  return entry == m_sessions.end() ? nullptr : entry->second.get();
}

void SessionTable::forEach(const std::function<void(MqttSession&)>& visit) {
  std::vector<MqttSession*> all;
  all.reserve(m_sessions.size());
  for (const auto& [key, session] : m_sessions) all.push_back(session.get());
  for (auto* session : all) visit(*session);
}

void SessionTable::open(MqttConnection& connection, SessionWish wish) {
  const auto turn = m_core.context.directory.claim(wish.key, m_core.index);
  auto opening =
      std::make_shared<Opening>(Opening{turn.mine.number, connection.shared_from_this(), std::move(wish), {}});
  if (!turn.before) return finish(*opening, nullptr);
  m_openings[turn.mine.number] = opening;
  fetch(*turn.before, opening);
}

void SessionTable::fetch(const ClientDirectory::Claim& before, const std::shared_ptr<Opening>& opening) {
  // Runs on the shard before, which posts the session to this one, even where the two are one: a line of connections
  // that wait for each other must not become as deep a stack. One a connect, so the connects bound its number.
  auto answer = [this, opening, io = m_core.io](std::unique_ptr<MqttSession> session) {
    // A std::function's captures must be copyable, which a unique_ptr is not.
    auto parcel = std::make_shared<std::unique_ptr<MqttSession>>(std::move(session));
    io->postAnswer([this, opening, parcel] { finish(*opening, std::move(*parcel)); });
  };
  m_core.context.shards[before.shard]->giveAway(opening->wish.key, before.number, std::move(answer));
}

void SessionTable::giveAway(const ClientKey& key, std::uint64_t claim, HandOver receiver) {
  auto* session = find(key);
  if (session && session->claim == claim && session->connection()) {
    m_takingOver = true;
    session->connection()->close(kTakenOver);
    m_takingOver = false;
    session = find(key);  // it may have ended with its connection
  }
  if (session && session->claim == claim && isOver(*session)) {  // onTime() has not come to it yet
    remove(*session, {});
    session = nullptr;
  }
  if (session && session->claim == claim) return handOver(*session, receiver);
  const auto opening = m_openings.find(claim);
  if (opening == m_openings.end()) return receiver(nullptr);
  opening->second->next = std::move(receiver);  // only the next claim asks for this one
}

void SessionTable::handOver(MqttSession& session, const HandOver& receiver) {
  if (session.leftBehind) {  // it is still arriving here itself
    m_leaving[session.claim] = receiver;
    return;
  }
  const bool isSettled = !session.received || session.received->isSettled();
  if (isSettled && !session.isRecorded) return receiver(extract(session));
  m_leaving[session.claim] = receiver;
  if (isSettled) return giveWhenWritten(session.key(), session.claim);
  // Its acknowledgements come to this thread; on another one, the client would be asked to send again what is stored.
  session.received->onSettled = [this, key = session.key(), claim = session.claim] { giveWhenWritten(key, claim); };
}

void SessionTable::giveWhenWritten(const ClientKey& key, std::uint64_t claim) {
  auto* leavingNow = find(key);
  if (leavingNow && leavingNow->claim == claim) leavingNow->held = std::make_unique<HeldDeliveries>();
  // What the next thread writes about it must come after what this one has written.
  m_core.journal.whenCommitted([this, key, claim] {
    auto leaving = m_leaving.extract(claim);
    auto* session = find(key);
    if (leaving && session && session->claim == claim) leaving.mapped()(release(*session));
  });
}

std::unique_ptr<MqttSession> SessionTable::extract(MqttSession& session) {
  auto entry = m_sessions.find(session.key());
  auto taken = std::move(entry->second);
  m_sessions.erase(entry);
  subscribeAgain(*taken, false);
  if (!taken->connection()) cameBack(*taken);
  return taken;
}

void SessionTable::subscribeAgain(MqttSession& session, bool on) {
  session.forEachSubscription([&](MqttSubscription& subscription) {
    on ? m_fanOut.subscribe(subscription) : m_fanOut.unsubscribe(subscription);
  });
}

void SessionTable::finish(Opening& opening, std::unique_ptr<MqttSession> session) {
  m_openings.erase(opening.claim);
  auto& connection = *opening.connection;
  auto& wish = opening.wish;
  if (session) session->moveTo(m_core);
  if (session && wish.cleanStart) end(std::exchange(session, nullptr));
  if (opening.next) {
    connection.close(kTakenOver);
    return opening.next(std::move(session));
  }
  const bool present = session != nullptr;
  if (!connection.isOpen() && !present) return m_core.context.directory.release(wish.key, opening.claim);
  const bool isNew = !present;
  if (!session) {
    session = std::make_unique<MqttSession>(m_core.context.nextSession(), wish.key, wish.who);
    session->moveTo(m_core);
  }
  auto& here = *session;
  here.claim = opening.claim;
  m_sessions[wish.key] = std::move(session);
  if (!connection.isOpen()) {
    subscribeAgain(here, true);
    wentAway(here);
    return arrive(here);
  }
  // With a token that is for other things, nothing that was decided before holds.
  if (here.principal.scope != wish.who.scope) here.access = {};
  here.principal = wish.who;
  here.expirySeconds = wish.expirySeconds;
  here.will = std::move(wish.will);
  here.willAt.reset();
  recordOpened(here, isNew);
  connection.recordsAs = here.isRecorded ? here.number() : SessionNumber{};
  here.attach(connection);
  connection.session = &here;
  subscribeAgain(here, true);
  arrive(here);
  m_opened(connection, here, present);
}

void SessionTable::connectionClosed(MqttConnection& connection, bool isWillVoid) {
  auto* session = std::exchange(connection.session, nullptr);
  if (!session) return;
  session->detach(m_core.steadyNow());
  if (isWillVoid && session->will) {
    session->will.reset();
    recordWill(*session);
  }
  recordAway(*session);
  if (m_core.draining) return;  // the gateway stops: sessions wait for its next start, and their wills with them
  const bool isDelayed = session->isPersistent() && session->will && session->will->delaySeconds > 0;
  if (!isDelayed) publishWill(*session);
  if (session->will) {
    session->willAt = session->awaySince + std::chrono::seconds(session->will->delaySeconds);
    recordWill(*session);
  }
  wentAway(*session);
  if (!session->isPersistent()) return remove(*session, {});
  if (!m_takingOver) makeRoomForAway(*session);
}

void SessionTable::publishWill(MqttSession& session) {
  session.willAt.reset();
  if (!session.will) return;
  m_willDue(session);
  session.will.reset();
  recordWill(session);
}

void SessionTable::remove(MqttSession& session, const Closing& closing) {
  if (auto* connection = session.connection()) {
    session.expirySeconds = 0;  // closing it calls connectionClosed(), which removes the session
    return connection->close(closing);
  }
  const auto claim = session.claim;
  auto taken = extract(session);
  m_core.context.directory.release(taken->key(), claim);
  end(std::move(taken));
  if (auto leaving = m_leaving.extract(claim)) leaving.mapped()(nullptr);
}

void SessionTable::end(std::unique_ptr<MqttSession> session) {
  publishWill(*session);  // due at the session's end at the latest (MQTT 5.0 §3.1.3.2.2)
  arrive(*session);       // nobody will be there to take what was left behind
  if (session->isRecorded) m_core.journal.record(SessionEnded{session->number()});
  session->outgoing().recordAs({});
  if (const auto left = session->outgoing().takeShared(); !left.empty()) m_fanOut.offerAgain(left);
}

void SessionTable::wentAway(MqttSession& session) {
  const auto life = session.expirySeconds == kSessionNeverExpires
                        ? m_core.context.limits.offlineSessionLife
                        : std::min<Milliseconds>(std::chrono::seconds(session.expirySeconds),
                                                 m_core.context.limits.offlineSessionLife);
  session.endsAt = session.awaySince + life;
  m_away.add(session.principal.organisation(), session.awaySince, &session);
  m_awayOf[session.principal.number].push_back(&session);
  m_core.context.directory.sessionWentAway(session.principal.number);
  setDue(session);
}

void SessionTable::cameBack(MqttSession& session) {
  // While the gateway stops, connections close and their sessions do not count as away.
  if (!m_away.remove(session.principal.organisation(), session.awaySince, &session)) return;
  m_due.erase({session.dueAt, &session});
  const auto entry = m_awayOf.find(session.principal.number);
  std::erase(entry->second, &session);
  if (entry->second.empty()) m_awayOf.erase(entry);
  m_core.context.directory.sessionCameBack(session.principal.number);
}

bool SessionTable::isOver(MqttSession& session) const {
  return m_away.contains(session.principal.organisation(), session.awaySince, &session) &&
         session.endsAt <= m_core.steadyNow();
}

void SessionTable::setDue(MqttSession& session) {
  session.dueAt = std::min(session.endsAt, session.willAt.value_or(session.endsAt));
  m_due.emplace(session.dueAt, &session);
}

void SessionTable::onTime(SteadyPoint now) {
  while (!m_due.empty() && m_due.begin()->first <= now) {
    auto& session = *m_due.begin()->second;
    if (session.endsAt <= now) {
      remove(session, {});
      continue;
    }
    m_due.erase(m_due.begin());
    publishWill(session);
    setDue(session);
  }
}

void SessionTable::makeRoomForAway(MqttSession& newest) {
  const auto& limits = m_core.context.limits;
  if (m_core.context.directory.sessionsAway(newest.principal.number) > limits.maxOfflineSessionsPerPrincipal) {
    auto& oldest = *m_awayOf[newest.principal.number].front();
    m_core.warn("offline " + newest.principal.id,
                fmt::format("{} has more than {} sessions whose clients are away; the oldest is dropped",
                            newest.principal.id, limits.maxOfflineSessionsPerPrincipal));
    return remove(oldest, {});
  }
  const std::size_t most = std::max<std::size_t>(1, limits.maxOfflineSessions / m_core.context.shards.size());
  auto* const surplus =
      m_away.surplus(newest.principal.organisation(), most, std::max<std::size_t>(1, most / kAwayShares));
  if (!surplus) return;
  m_core.warn("offline", "Too many sessions are kept for clients that are away; the oldest is dropped");
  remove(*surplus, {});
}

}  // namespace carport
