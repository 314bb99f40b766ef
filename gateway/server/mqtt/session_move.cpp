// The part of SessionTable that moves a session to another thread without losing what is published meanwhile. From the
// moment it leaves, the session holds what it gets. It leaves a stand-in with the same subscriptions behind, which
// holds as well; once the session has subscribed on its new thread, and every thread has had a turn since, nothing that
// the new thread has missed can reach the old one any more: the stand-in ends, and the session gets what both have
// held, each message once.
#include "gateway/server/mqtt/fan_out.h"
#include "gateway/server/mqtt/mqtt_shard.h"
#include "gateway/server/mqtt/session_table.h"
#include "gateway/server/mqtt/shard_core.h"

#include <algorithm>
#include <iterator>
#include <unordered_set>
#include <utility>

namespace carport {

std::unique_ptr<MqttSession> SessionTable::release(MqttSession& session) {
  // A car that only waits for its commands gets nothing through the fan-out.
  const auto& subscriptions = session.subscriptions();
  const bool hears =
      std::any_of(subscriptions.begin(), subscriptions.end(), [](const auto& entry) { return entry.second.isDurable; });
  if (!hears) {
    session.held.reset();  // there was nothing that it could have got
    return extract(session);
  }
  auto standIn = std::make_unique<MqttSession>(session.number(), session.key(), session.principal);
  standIn->moveTo(m_core);
  standIn->expirySeconds = session.expirySeconds;  // who publishes waits for what it holds as for the session itself
  standIn->held = session.held ? std::move(session.held) : std::make_unique<HeldDeliveries>();
  for (const auto& [filter, subscription] : subscriptions) standIn->subscribe(filter, subscription.wish);
  subscribeAgain(*standIn, true);  // before the session ends hearing: no other thread may see that nobody listens
  auto taken = extract(session);
  taken->held = std::make_unique<HeldDeliveries>();
  taken->leftBehind = LeftBehind{m_core.index, ++m_lastStandIn};
  m_standIns[m_lastStandIn] = std::move(standIn);
  return taken;
}

void SessionTable::arrive(const MqttSession& session) {
  if (!session.leftBehind) return;
  m_core.context.shards[session.leftBehind->shard]->fetchLeft(session.leftBehind->number, m_core.index);
}

void SessionTable::giveLeft(std::uint64_t standIn, std::size_t toShard) {
  // Whoever is in the middle of posting a batch has posted it everywhere once it has come to this; and what it could
  // not post here for want of room comes before its answer.
  auto turns = std::make_shared<std::size_t>(m_core.context.shards.size());
  for (MqttShard* shard : m_core.context.shards) {
    shard->handOverTo(m_core.index, [this, io = m_core.io, turns, standIn, toShard] {
      io->postAnswer([this, turns, standIn, toShard] {
        if (--*turns == 0) endStandIn(standIn, toShard);
      });
    });
  }
}

void SessionTable::endStandIn(std::uint64_t number, std::size_t toShard) {
  auto node = m_standIns.extract(number);
  if (!node) return;
  auto& standIn = *node.mapped();
  subscribeAgain(standIn, false);
  m_core.context.shards[toShard]->takeLeft(standIn.key(), standIn.number(), std::move(*standIn.held));
}

void SessionTable::takeLeft(const ClientKey& key, SessionNumber number, HeldDeliveries left) {
  auto* session = find(key);
  if (!session || session->number() != number || !session->leftBehind) return;  // it has ended meanwhile
  session->leftBehind.reset();
  auto held = std::move(*std::exchange(session->held, nullptr));
  std::unordered_set<const MqttMessage*> seen;
  for (const auto& delivery : left) {
    if (!delivery.outgoing.group) seen.insert(delivery.outgoing.message.get());
  }
  // What is shared goes to one member only: it cannot be here twice.
  std::erase_if(held, [&](const HeldDelivery& delivery) {
    return !delivery.outgoing.group && seen.contains(delivery.outgoing.message.get());
  });
  deliverHeld(*session, std::move(left));
  deliverHeld(*session, std::move(held));
  if (auto leaving = m_leaving.extract(session->claim)) handOver(*session, leaving.mapped());
}

void SessionTable::deliverHeld(MqttSession& session, HeldDeliveries held) {
  for (auto& [outgoing, receipt] : held) m_fanOut.deliverTo(session, std::move(outgoing), nullptr);
  std::vector<std::shared_ptr<DeliveryReceipt>> receipts;
  for (auto& delivery : held) {
    if (delivery.receipt) receipts.push_back(std::move(delivery.receipt));
  }
  if (!receipts.empty()) m_core.journal.whenCommitted([receipts = std::move(receipts)] {});
}

}  // namespace carport
