#include "gateway/server/mqtt/fan_out.h"

#include "gateway/domain/car_topics.h"
#include "gateway/server/mqtt/mqtt_connection.h"
#include "gateway/server/mqtt/mqtt_session.h"
#include "gateway/server/mqtt/mqtt_shard.h"
#include "gateway/server/mqtt/shard_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>

namespace carport {

FanOut::FanOut(ShardCore& core) : m_core(core), m_retry(core.io->context()) {}

void FanOut::subscribe(std::string_view filter, MqttSession& session, mqtt::Qos qos) {
  // Commands go to the car's own session alone and never through here: thousands of cars that wait for commands must
  // not make every message be copied for nobody.
  if (session.principal.type == api::PrincipalType::device && filter == commandTopic(session.principal.id)) return;
  if (m_tree.add(filter, &session, qos) != mqtt::SubscriptionTree<MqttSession*>::Added::added) return;
  m_listeners.fetch_add(1, std::memory_order_relaxed);
  m_core.context.listeners.fetch_add(1, std::memory_order_relaxed);
}

void FanOut::unsubscribe(std::string_view filter, MqttSession& session) {
  if (!m_tree.remove(filter, &session)) return;
  m_listeners.fetch_sub(1, std::memory_order_relaxed);
  m_core.context.listeners.fetch_sub(1, std::memory_order_relaxed);
}

void FanOut::enqueue(std::vector<MqttMessagePtr> messages, std::vector<AckWaiter> waiters) {
  if (messages.empty()) return acknowledge(waiters);
  std::move(messages.begin(), messages.end(), std::back_inserter(m_outbox));
  std::move(waiters.begin(), waiters.end(), std::back_inserter(m_outboxWaiters));
  m_core.scheduleTurnEnd();
}

void FanOut::enqueue(MqttMessagePtr message, AckWaiter waiter) {
  m_outbox.push_back(std::move(message));
  if (waiter.connection) m_outboxWaiters.push_back(std::move(waiter));
  m_core.scheduleTurnEnd();
}

void FanOut::acknowledge(const std::vector<AckWaiter>& waiters) {
  for (const auto& waiter : waiters) waiter.connection->committed(waiter.ticket);
}

void FanOut::flush() {
  retryBacklog();
  if (m_outbox.empty()) return;
  HandOver handOver{
      std::make_shared<const std::vector<MqttMessagePtr>>(std::move(m_outbox)), std::move(m_outboxWaiters), {}};
  m_outbox.clear();
  m_outboxWaiters.clear();
  const auto messages = handOver.messages;
  for (MqttShard* shard : m_core.context.shards) {
    if (shard->index() == m_core.index || shard->listeners() == 0) continue;
    if (isBehind(shard) || !shard->postDelivery(messages)) handOver.to.push_back(shard);
  }
  if (handOver.to.empty()) {
    acknowledge(handOver.waiters);
  } else {
    keepForLater(std::move(handOver));
  }
  if (listeners() > 0) deliverHere(*messages);
}

bool FanOut::isBehind(const MqttShard* shard) const {
  return std::any_of(m_backlog.begin(), m_backlog.end(), [shard](const HandOver& waiting) {
    return std::find(waiting.to.begin(), waiting.to.end(), shard) != waiting.to.end();
  });
}

void FanOut::keepForLater(HandOver handOver) {
  std::vector<MqttMessagePtr> kept;
  std::copy_if(handOver.messages->begin(), handOver.messages->end(), std::back_inserter(kept),
               [](const MqttMessagePtr& message) { return message->qos > 0; });
  if (const auto shed = handOver.messages->size() - kept.size(); shed > 0) {
    MqttTally::count(m_core.context.tally.shedDeliveries, shed * handOver.to.size());
    m_core.warn("fan-out", fmt::format("I/O thread {} is overloaded: messages of QoS 0 to its subscribers are dropped, "
                                       "senders of QoS 1 wait",
                                       handOver.to.front()->index()));
  }
  if (kept.empty()) return acknowledge(handOver.waiters);
  handOver.messages = std::make_shared<const std::vector<MqttMessagePtr>>(std::move(kept));
  m_backlog.push_back(std::move(handOver));
  retryLater();
}

void FanOut::retryBacklog() {
  if (m_backlog.empty()) return;
  std::deque<HandOver> waiting;
  waiting.swap(m_backlog);
  for (auto& handOver : waiting) {
    std::erase_if(handOver.to, [&](MqttShard* shard) {
      return shard->listeners() == 0 || (!isBehind(shard) && shard->postDelivery(handOver.messages));
    });
    if (handOver.to.empty()) {
      acknowledge(handOver.waiters);
    } else {
      m_backlog.push_back(std::move(handOver));
    }
  }
  if (!m_backlog.empty()) return retryLater();
  if (onRoom) onRoom();
}

void FanOut::retryLater() {
  if (m_retrying) return;
  m_retrying = true;
  m_retry.expires_after(kRetryAfter);
  m_retry.async_wait([this](const boost::system::error_code& ec) {
    m_retrying = false;
    if (!ec) retryBacklog();
  });
}

void FanOut::deliverHere(const std::vector<MqttMessagePtr>& messages) {
  for (const auto& message : messages) {
    m_targets.clear();
    m_tree.match(message->topic, [this](MqttSession* session, mqtt::Qos qos) { m_targets.emplace_back(session, qos); });
    // Overlapping subscriptions of one client bring a message once, in the best of their QoS (MQTT 3.1.1 §3.3.5).
    if (m_targets.size() > 1) std::sort(m_targets.begin(), m_targets.end());
    for (std::size_t i = 0; i < m_targets.size(); ++i) {
      const bool better = i + 1 < m_targets.size() && m_targets[i + 1].first == m_targets[i].first;
      if (!better) deliverTo(*m_targets[i].first, message, m_targets[i].second, false);
    }
  }
}

void FanOut::deliverTo(MqttSession& session, const MqttMessagePtr& message, mqtt::Qos wanted, bool retain) {
  if (message->isCommand && session.principal.type == api::PrincipalType::device) return;
  if (!m_core.gate.mayReceive(session.access, session.principal, *message)) return;
  const auto qos = std::min({wanted, static_cast<mqtt::Qos>(message->qos), mqtt::Qos::atLeastOnce});
  if (!session.connection() && qos == mqtt::Qos::atMostOnce) return;  // not kept for those who are away
  const auto delivery = session.deliver(message, qos, retain);
  if (delivery != MqttSession::Delivery::shed && delivery != MqttSession::Delivery::overflow) return;
  MqttTally::count(m_core.context.tally.shedDeliveries);
  if (delivery == MqttSession::Delivery::shed) return;
  if (session.connection() && session.connection()->closing) return;
  auto sentence = fmt::format("{} messages wait for {} ({}) and it does not take them",
                              m_core.context.limits.maxQueuedMessages, session.principal.id, session.key().clientId);
  if (auto* connection = session.connection()) {
    m_core.closeLater(connection->shared_from_this(), std::move(sentence));
  } else {
    m_core.warn("queue " + session.principal.id, sentence + "; further ones are dropped");
  }
}

}  // namespace carport
