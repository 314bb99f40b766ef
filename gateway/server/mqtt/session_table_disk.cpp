// The part of SessionTable that keeps durable sessions on disk and takes them over after a restart.
#include "gateway/server/mqtt/fan_out.h"
#include "gateway/server/mqtt/session_table.h"
#include "gateway/server/mqtt/shard_core.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace carport {

void SessionTable::recordOpened(MqttSession& session, bool isNew) {
  auto& journal = m_core.journal;
  if (!session.isPersistent()) {
    if (session.isRecorded) journal.record(SessionEnded{session.number()});
    session.isRecorded = false;
    return session.outgoing().recordAs({});
  }
  session.isRecorded = true;
  session.outgoing().recordAs(session.number());
  journal.record(
      SessionOpened{session.number(), session.principal.number, session.key().clientId, session.expirySeconds});
  if (session.will || !isNew) recordWill(session);
}

void SessionTable::recordWill(const MqttSession& session) {
  if (!session.isRecorded) return;
  if (!session.will) return m_core.journal.record(WillGone{session.number()});
  auto stored = toStored(*session.will);
  if (session.willAt) {
    stored.dueAt = m_core.now() + std::chrono::duration_cast<Milliseconds>(*session.willAt - m_core.steadyNow());
  }
  m_core.journal.record(WillPut{session.number(), std::move(stored)});
}

void SessionTable::recordAway(const MqttSession& session) {
  if (!session.isRecorded) return;
  const auto ago = std::chrono::duration_cast<Milliseconds>(m_core.steadyNow() - session.awaySince);
  m_core.journal.record(SessionAway{session.number(), m_core.now() - ago});
}

void SessionTable::recordAll() {
  for (const auto& [key, session] : m_sessions) {
    if (!session->isRecorded) continue;
    m_core.journal.record(SessionEnded{session->number()});
    recordOpened(*session, true);
    if (!session->connection()) recordAway(*session);
    session->forEachSubscription([this, number = session->number()](const MqttSubscription& subscription) {
      m_core.journal.record(SubscriptionPut{number, toStored(subscription)});
    });
    session->outgoing().recordAll();
    if (!session->received) continue;
    for (const auto packetId : session->received->unreleased()) {
      m_core.journal.record(IncomingPut{session->number(), packetId});
    }
  }
}

void SessionTable::restore(const SessionRecord& record, api::Principal who, const MessageOf& messageOf) {
  const ClientKey key{record.principal, record.clientId};
  auto made = std::make_unique<MqttSession>(record.number, key, std::move(who));
  auto& session = *made;
  session.claim = m_core.context.directory.claim(key, m_core.index).mine.number;
  session.moveTo(m_core);
  session.isRecorded = true;
  session.expirySeconds = record.expirySeconds;
  session.taken = record.taken;
  session.outgoing().recordAs(record.number);
  for (const auto& stored : record.outgoing) session.outgoing().restore(stored, messageOf(stored.message));
  if (!record.incoming.empty()) session.received = std::make_shared<ReceivedIds>();
  for (const auto packetId : record.incoming) session.received->restore(packetId);
  for (const auto& stored : record.subscriptions) session.subscribe(stored.filter, fromStored(stored));
  restoreTimes(session, record);
  m_sessions[key] = std::move(made);
  subscribeAgain(session, true);
  wentAway(session);
}

void SessionTable::restoreTimes(MqttSession& session, const SessionRecord& record) {
  const auto now = m_core.now();
  const auto steady = m_core.steadyNow();
  // A clock that was set back must not make a session younger than it is now.
  const auto away = std::max(Milliseconds(0), now - record.awaySince.value_or(now));
  session.awaySince = steady - away;
  if (!record.awaySince) recordAway(session);
  if (!record.will) return;
  session.will = fromStored(*record.will);
  const auto dueAt = record.will->dueAt.value_or(now + std::chrono::seconds(record.will->delaySeconds));
  // Its client had no chance to come back while the gateway was away.
  session.willAt = steady + std::max<Milliseconds>(dueAt - now, kWillGrace);
}

}  // namespace carport
