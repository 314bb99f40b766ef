#include "gateway/server/mqtt/mqtt_session.h"

#include "gateway/domain/car_topics.h"
#include "gateway/protocol/mqtt/topic.h"

#include <algorithm>

namespace carport {

void MqttSession::moveTo(ShardCore& core) {
  m_outgoing.moveTo(core, principal.organisation());
  access = {};  // another shard's gate counts its epochs on its own
}

void MqttSession::attach(MqttConnection& connection) {
  m_connection = &connection;
  willAt.reset();
  m_outgoing.attach(&connection);
}

void MqttSession::detach(SteadyPoint now) {
  m_connection = nullptr;
  awaySince = now;
  m_outgoing.detach();
}

MqttSubscription& MqttSession::subscribe(std::string_view filter, const SubscriptionWish& wish) {
  auto entry = m_subscriptions.find(filter);
  if (entry == m_subscriptions.end()) {
    entry = m_subscriptions.emplace(std::string(filter), MqttSubscription{}).first;
    entry->second.session = this;
    entry->second.filter = entry->first;
  }
  entry->second.wish = wish;
  return entry->second;
}

MqttSubscription* MqttSession::subscription(std::string_view filter) {
  const auto entry = m_subscriptions.find(filter);
  return entry == m_subscriptions.end() ? nullptr : &entry->second;
}

bool MqttSession::unsubscribe(std::string_view filter) {
  const auto entry = m_subscriptions.find(filter);
  if (entry == m_subscriptions.end()) return false;
  m_subscriptions.erase(entry);
  return true;
}

std::optional<mqtt::Qos> MqttSession::commandQos() const {
  if (principal.type != api::PrincipalType::device || m_subscriptions.empty()) return std::nullopt;
  const auto topic = commandTopic(principal.id);
  std::optional<mqtt::Qos> best;
  for (const auto& [filter, subscription] : m_subscriptions) {
    if (!mqtt::matches(filter, topic)) continue;
    best = std::max(best.value_or(mqtt::Qos::atMostOnce), subscription.wish.qos);
  }
  // A command is done once because of its id, so QoS 1 is enough for it.
  return best ? std::optional(std::min(*best, mqtt::Qos::atLeastOnce)) : std::nullopt;
}

}  // namespace carport
