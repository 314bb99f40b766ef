#include "gateway/server/mqtt/fan_out.h"

#include "gateway/domain/car_topics.h"
#include "gateway/server/mqtt/mqtt_connection.h"
#include "gateway/server/mqtt/mqtt_session.h"
#include "gateway/server/mqtt/mqtt_shard.h"
#include "gateway/server/mqtt/shard_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace carport {

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

void FanOut::enqueue(MqttMessagePtr message) {
  m_outbox.push_back(std::move(message));
  m_core.scheduleTurnEnd();
}

void FanOut::flush() {
  if (m_outbox.empty()) return;
  const auto messages = std::make_shared<const std::vector<MqttMessagePtr>>(std::move(m_outbox));
  m_outbox.clear();
  for (MqttShard* shard : m_core.context.shards) {
    if (shard->index() == m_core.index || shard->listeners() == 0) continue;
    if (shard->postDelivery(messages)) continue;
    MqttTally::count(m_core.context.tally.shed, messages->size());
    m_core.warn("fan-out", fmt::format("Dropped {} messages to subscribers: I/O thread {} is overloaded",
                                       messages->size(), shard->index()));
  }
  if (listeners() > 0) deliverHere(*messages);
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
  if (!m_core.gate.mayReceive(session.access, session.principal, *message)) return;
  const auto qos = std::min({wanted, static_cast<mqtt::Qos>(message->qos), mqtt::Qos::atLeastOnce});
  if (!session.connection() && qos == mqtt::Qos::atMostOnce) return;  // not kept for those who are away
  const auto delivery = session.deliver(message, qos, retain);
  if (delivery != MqttSession::Delivery::shed && delivery != MqttSession::Delivery::overflow) return;
  MqttTally::count(m_core.context.tally.shed);
  if (delivery == MqttSession::Delivery::shed) return;
  auto sentence = fmt::format("{} messages wait for {} ({}) and it does not take them",
                              m_core.context.limits.maxQueuedMessages, session.principal.id, session.key().clientId);
  if (auto* connection = session.connection()) {
    m_core.closeLater(connection->shared_from_this(), std::move(sentence));
  } else {
    m_core.warn("queue " + session.principal.id, sentence + "; further ones are dropped");
  }
}

}  // namespace carport
