#include "gateway/server/mqtt/fan_out.h"

#include "gateway/domain/car_topics.h"
#include "gateway/server/mqtt/mqtt_connection.h"
#include "gateway/server/mqtt/mqtt_session.h"
#include "gateway/server/mqtt/mqtt_shard.h"
#include "gateway/server/mqtt/shard_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace carport {

FanOut::FanOut(ShardCore& core) : m_core(core), m_shared(core, *this), m_retry(core.io->context()) {
  m_shared.onBacklog = [this] { retryLater(); };
}

void FanOut::subscribe(MqttSubscription& subscription) {
  auto& session = *subscription.session;
  auto& context = m_core.context;
  // Commands go to the car's own session alone and never through here: thousands of cars that wait for commands must
  // not make every message be copied for nobody.
  if (session.principal.type == api::PrincipalType::device && subscription.filter == commandTopic(session.principal.id))
    return;
  if (subscription.filter.starts_with("$share/")) {
    if (!m_shared.subscribe(subscription)) return;
  } else {
    const auto organisation = session.principal.organisation();
    Tree& tree = organisation.empty() ? m_tree : m_organisationTrees.of(organisation);
    if (tree.add(subscription.filter, &subscription, subscription.wish.qos) != Tree::Added::added) return;
    m_listeners.fetch_add(1, std::memory_order_relaxed);
  }
  context.listeners.fetch_add(1, std::memory_order_relaxed);
  subscription.isDurable = session.isPersistent();
  if (subscription.isDurable) context.durableListeners.fetch_add(1, std::memory_order_relaxed);
}

void FanOut::unsubscribe(MqttSubscription& subscription) {
  auto& context = m_core.context;
  if (subscription.group) {
    m_shared.unsubscribe(subscription);
  } else {
    const auto organisation = subscription.session->principal.organisation();
    Tree& tree = organisation.empty() ? m_tree : m_organisationTrees.of(organisation);
    const bool wasThere = tree.remove(subscription.filter, &subscription);
    m_organisationTrees.trim(organisation);  // of a car that only waits for commands, too, whose tree was made above
    if (!wasThere) return;
    m_listeners.fetch_sub(1, std::memory_order_relaxed);
  }
  context.listeners.fetch_sub(1, std::memory_order_relaxed);
  if (subscription.isDurable) context.durableListeners.fetch_sub(1, std::memory_order_relaxed);
  subscription.isDurable = false;
}

void FanOut::enqueue(std::vector<MqttMessagePtr> messages, std::vector<AckWaiter> waiters) {
  if (messages.empty()) {
    for (const auto& waiter : waiters) waiter.sender->committed(waiter.ticket);
    return;
  }
  std::move(messages.begin(), messages.end(), std::back_inserter(m_outbox));
  for (auto& waiter : waiters) m_waiting.push_back({std::move(waiter)});
  m_core.scheduleTurnEnd();
}

void FanOut::enqueue(MqttMessagePtr message, AckWaiter waiter) {
  m_outbox.push_back(std::move(message));
  if (waiter.sender) m_waiting.push_back({std::move(waiter)});
  m_core.scheduleTurnEnd();
}

void FanOut::enqueueAndTell(MqttMessagePtr message, AckWaiter waiter) {
  m_waiting.push_back({std::move(waiter), m_outbox.size()});
  m_somebodyAsks = true;
  m_outbox.push_back(std::move(message));
  m_core.scheduleTurnEnd();
}

void FanOut::acknowledge(const std::vector<DeliveryReceipt::Waiting>& waiting) {
  for (const auto& [waiter, message] : waiting) waiter.sender->committed(waiter.ticket);
}

bool FanOut::needsReceipt() const {
  if (m_waiting.empty()) return false;
  return m_somebodyAsks || !m_core.context.sharedGroups.empty() ||
         m_core.context.durableListeners.load(std::memory_order_relaxed) > 0;
}

void FanOut::flush() {
  retry();
  if (m_outbox.empty()) return;
  auto batch = std::make_shared<DeliveryBatch>();
  std::vector<DeliveryReceipt::Waiting> waiting;
  if (needsReceipt()) {
    batch->receipt = std::make_shared<DeliveryReceipt>(m_core, std::move(m_waiting), m_outbox.size());
  } else {
    waiting = std::move(m_waiting);
  }
  batch->messages = std::move(m_outbox);
  m_outbox.clear();
  m_waiting.clear();
  m_somebodyAsks = false;
  HandOver handOver{batch, std::move(waiting), {}};
  for (MqttShard* shard : m_core.context.shards) {
    if (shard->index() == m_core.index || shard->listeners() == 0) continue;
    if (isBehind(shard) || !shard->postDelivery(batch)) handOver.to.push_back(shard);
  }
  if (handOver.to.empty()) {
    acknowledge(handOver.waiting);
  } else {
    keepForLater(std::move(handOver));
  }
  if (!m_core.context.sharedGroups.empty()) m_shared.offer(*batch);
  if (listeners() > 0) deliverHere(*batch);
}

bool FanOut::isBehind(const MqttShard* shard) const {
  return std::any_of(m_backlog.begin(), m_backlog.end(), [shard](const HandOver& waiting) {
    return std::find(waiting.to.begin(), waiting.to.end(), shard) != waiting.to.end();
  });
}

void FanOut::keepForLater(HandOver handOver) {
  const auto& messages = handOver.batch->messages;
  const auto isKept = [](const MqttMessagePtr& message) { return message->qos > 0; };
  const auto kept = static_cast<std::size_t>(std::count_if(messages.begin(), messages.end(), isKept));
  if (const auto shed = messages.size() - kept; shed > 0) {
    MqttTally::count(m_core.context.tally.shedDeliveries, shed * handOver.to.size());
    m_core.warn("fan-out", fmt::format("I/O thread {} is overloaded: messages of QoS 0 to its subscribers are dropped, "
                                       "senders of QoS 1 and 2 wait",
                                       handOver.to.front()->index()));
  }
  if (kept == 0) return acknowledge(handOver.waiting);
  // Who asks whether a message was reached asks by its number, so a batch with a receipt stays as it is.
  if (kept < messages.size() && !handOver.batch->receipt) {
    auto rest = std::make_shared<DeliveryBatch>();
    std::copy_if(messages.begin(), messages.end(), std::back_inserter(rest->messages), isKept);
    handOver.batch = std::move(rest);
  }
  m_backlog.push_back(std::move(handOver));
  retryLater();
}

bool FanOut::retryBacklog() {
  std::deque<HandOver> waiting;
  waiting.swap(m_backlog);
  for (auto& handOver : waiting) {
    std::erase_if(handOver.to, [&](MqttShard* shard) {
      return shard->listeners() == 0 || (!isBehind(shard) && shard->postDelivery(handOver.batch));
    });
    if (handOver.to.empty()) {
      acknowledge(handOver.waiting);
    } else {
      m_backlog.push_back(std::move(handOver));
    }
  }
  return m_backlog.empty();
}

void FanOut::handOverTo(MqttShard& shard) {
  for (auto& handOver : m_backlog) {
    if (std::erase(handOver.to, &shard) > 0) shard.postOwed(handOver.batch);
  }
  retry();
}

void FanOut::retry() {
  if (hasRoom()) return;
  const bool taken = retryBacklog();
  if (!m_shared.retry() || !taken) return retryLater();
  if (onRoom) onRoom();
}

void FanOut::retryLater() {
  if (m_retrying) return;
  m_retrying = true;
  m_retry.expires_after(kRetryAfter);
  m_retry.async_wait([this](const boost::system::error_code& ec) {
    m_retrying = false;
    if (!ec) retry();
  });
}

void FanOut::deliverHere(const DeliveryBatch& batch) {
  auto& journal = m_core.journal;
  const auto before = journal.puts();
  for (std::size_t i = 0; i < batch.messages.size(); ++i) deliverMessage(batch, i);
  // Whoever sent what durable sessions keep is acknowledged once they have it on disk.
  if (batch.receipt && journal.puts() != before) journal.whenCommitted([receipt = batch.receipt] {});
}

void FanOut::deliverMessage(const DeliveryBatch& batch, std::size_t index) {
  const auto& message = batch.messages[index];
  m_targets.clear();
  const auto collect = [&](const MqttSubscription* subscription, mqtt::Qos) {
    const bool own = subscription->wish.noLocal && message->from && message->from == subscription->session->number();
    if (!own) m_targets.push_back(subscription);
  };
  m_tree.match(message->topic, collect);
  if (message->organisationBytes > 0) {
    if (const auto* tree = m_organisationTrees.find(message->organisation())) tree->match(message->topic, collect);
  }
  if (m_targets.empty()) return;
  if (batch.receipt) batch.receipt->reached(index);
  // Overlapping subscriptions of one client bring a message once, in the best of their QoS and with all of their
  // identifiers [MQTT-3.3.4-2], [MQTT-3.3.4-4].
  if (m_targets.size() > 1) {
    std::sort(m_targets.begin(), m_targets.end(), [](const auto* a, const auto* b) { return a->session < b->session; });
  }
  for (std::size_t i = 0; i < m_targets.size();) {
    auto& session = *m_targets[i]->session;
    Outgoing outgoing{message};
    for (; i < m_targets.size() && m_targets[i]->session == &session; ++i) {
      const auto& wish = m_targets[i]->wish;
      outgoing.qos = std::max(outgoing.qos, wish.qos);
      outgoing.retain = outgoing.retain || (message->retain && wish.retainAsPublished);
      if (wish.identifier > 0) outgoing.identifiers.push_back(wish.identifier);
    }
    deliverTo(session, std::move(outgoing), batch.receipt);
  }
}

void FanOut::hold(MqttSession& session, Outgoing outgoing, const std::shared_ptr<DeliveryReceipt>& receipt) {
  // Senders of QoS 1 and 2 wait with the receipt, which bounds them; those of QoS 0 do not.
  if (outgoing.message->qos == 0 && session.held->size() >= m_core.context.limits.maxQueuedMessages) {
    return MqttTally::count(m_core.context.tally.shedDeliveries);
  }
  session.held->push_back({std::move(outgoing), receipt});
}

void FanOut::deliverTo(MqttSession& session, Outgoing outgoing, const std::shared_ptr<DeliveryReceipt>& receipt) {
  if (session.held) return hold(session, std::move(outgoing), receipt);
  const auto& message = *outgoing.message;
  if (message.isCommand && session.principal.type == api::PrincipalType::device) return;
  if (!m_core.gate.mayReceive(session.access, session.principal, message)) return;
  outgoing.qos = std::min(outgoing.qos, static_cast<mqtt::Qos>(message.qos));
  if (!session.connection() && outgoing.qos == mqtt::Qos::atMostOnce) return;  // not kept for those who are away
  if (message.packetId != 0 && !session.taken.empty() && hadBefore(session, message)) return;
  const auto delivery = session.outgoing().deliver(std::move(outgoing));
  if (delivery == OutgoingQueue::Delivery::shed) MqttTally::count(m_core.context.tally.shedDeliveries);
  if (delivery == OutgoingQueue::Delivery::overflow) overflowed(session);
}

bool FanOut::hadBefore(MqttSession& session, const MqttMessage& message) {
  const auto gone = std::erase(session.taken, MessageOrigin{message.from, message.packetId});
  // Where the id is its sender's for another message by now, that one is new.
  return gone > 0 && message.isResent;
}

void FanOut::overflowed(MqttSession& session) {
  MqttTally::count(m_core.context.tally.shedDeliveries);
  if (session.connection() && session.connection()->closing) return;
  auto sentence = fmt::format("{} messages wait for {} ({}) and it does not take them", session.outgoing().queued(),
                              session.principal.id, session.key().clientId);
  if (auto* connection = session.connection()) {
    m_core.closeLater(
        connection->shared_from_this(),
        {std::move(sentence), mqtt::ReasonCode::quotaExceeded, false, false, {}, api::ConnectionEnding::tooSlow});
  } else {
    m_core.warn("queue " + session.principal.id, sentence + "; further ones are dropped");
  }
}

}  // namespace carport
