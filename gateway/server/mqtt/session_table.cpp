#include "gateway/server/mqtt/session_table.h"

#include "gateway/server/mqtt/fan_out.h"
#include "gateway/server/mqtt/mqtt_shard.h"
#include "gateway/server/mqtt/shard_core.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace carport {

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

void SessionTable::open(MqttConnection& connection, ClientKey key, api::Principal who, bool cleanSession) {
  const auto turn = m_core.context.directory.claim(key, m_core.index);
  auto opening = std::make_shared<Opening>(
      Opening{turn.mine.number, connection.shared_from_this(), std::move(who), cleanSession, {}});
  if (!turn.before) return finish(key, *opening, nullptr);
  m_openings[turn.mine.number] = opening;
  fetch(key, *turn.before, opening);
}

void SessionTable::fetch(const ClientKey& key, const ClientDirectory::Claim& before,
                         const std::shared_ptr<Opening>& opening) {
  // Runs on the shard before, which posts the session to this one, even where the two are one: a line of connections
  // that wait for each other must not become as deep a stack. One a connect, so the connects bound its number.
  auto answer = [this, key, opening, io = m_core.io](std::unique_ptr<MqttSession> session) {
    // A std::function's captures must be copyable, which a unique_ptr is not.
    auto parcel = std::make_shared<std::unique_ptr<MqttSession>>(std::move(session));
    io->postAnswer([this, key, opening, parcel] { finish(key, *opening, std::move(*parcel)); });
  };
  m_core.context.shards[before.shard]->giveAway(key, before.number, std::move(answer));
}

std::unique_ptr<MqttSession> SessionTable::extract(MqttSession& session) {
  auto entry = m_sessions.find(session.key());
  auto taken = std::move(entry->second);
  m_sessions.erase(entry);
  subscribeAgain(*taken, false);
  if (!taken->connection()) --m_away;
  return taken;
}

void SessionTable::subscribeAgain(MqttSession& session, bool on) {
  for (const auto& [filter, qos] : session.subscriptions()) {
    on ? m_fanOut.subscribe(filter, session, qos) : m_fanOut.unsubscribe(filter, session);
  }
}

void SessionTable::giveAway(const ClientKey& key, std::uint64_t claim, HandOver handOver) {
  if (auto* session = find(key); session && session->claim == claim) {
    auto* connection = session->connection();
    if (connection) m_willDue(*connection);
    auto taken = extract(*session);
    if (connection) {
      connection->session = nullptr;
      taken->detach(m_core.steadyNow());
      connection->close("another connection with its client id has come");
    }
    return handOver(taken->persistent ? std::move(taken) : nullptr);
  }
  const auto opening = m_openings.find(claim);
  if (opening == m_openings.end()) return handOver(nullptr);
  opening->second->next = std::move(handOver);  // only the next claim asks for this one
}

void SessionTable::finish(const ClientKey& key, Opening& opening, std::unique_ptr<MqttSession> session) {
  m_openings.erase(opening.claim);
  auto& connection = *opening.connection;
  if (session && opening.cleanSession) session.reset();
  if (opening.next) {
    connection.close("another connection with its client id has come");
    return opening.next(std::move(session));
  }
  const bool present = session != nullptr;
  if (!connection.isOpen() && !present) return m_core.context.directory.release(key, opening.claim);
  if (!session) session = std::make_unique<MqttSession>(key, opening.who, !opening.cleanSession);
  auto& here = *session;
  here.principal = opening.who;
  here.persistent = !opening.cleanSession;
  here.claim = opening.claim;
  here.moveTo(m_core);
  m_sessions[key] = std::move(session);
  if (!connection.isOpen()) {
    ++m_away;
    return subscribeAgain(here, true);
  }
  here.attach(connection);
  connection.session = &here;
  subscribeAgain(here, true);
  m_opened(connection, here, present);
}

void SessionTable::connectionClosed(MqttConnection& connection) {
  auto* session = std::exchange(connection.session, nullptr);
  if (!session) return;
  session->detach(m_core.steadyNow());
  ++m_away;
  if (session->persistent && !m_core.draining) return makeRoomForAway();
  remove(*session, {});
}

void SessionTable::remove(MqttSession& session, const std::string& reason) {
  if (auto* connection = session.connection()) {
    session.persistent = false;  // closing it calls connectionClosed(), which removes the session
    return connection->close(reason);
  }
  m_core.context.directory.release(session.key(), session.claim);
  extract(session);
}

void SessionTable::makeRoomForAway() {
  const auto limit = std::max<std::size_t>(1, m_core.context.limits.maxOfflineSessions / m_core.context.shards.size());
  if (m_away <= limit) return;
  MqttSession* oldest = nullptr;
  for (const auto& [key, session] : m_sessions) {
    if (!session->connection() && (!oldest || session->awaySince < oldest->awaySince)) oldest = session.get();
  }
  if (!oldest) return;
  m_core.warn("offline", "Too many sessions are kept for clients that are away; the oldest is dropped");
  remove(*oldest, {});
}

void SessionTable::dropStale() {
  const auto now = m_core.steadyNow();
  forEach([&](MqttSession& session) {
    if (!session.connection() && now - session.awaySince > m_core.context.limits.offlineSessionLife)
      remove(session, {});
  });
}

}  // namespace carport
