#include "gateway/server/nitrogen/mqtt_subscribers.h"

#include "gateway/api/json_codec.h"
#include "gateway/server/nitrogen/nitrogen_rights.h"

#include <algorithm>
#include <utility>

namespace carport {

void MqttSubscribers::add(NitrogenSubscription subscription) {
  auto filter = DocumentFilter::parse(subscription.filter);
  if (!filter) return;  // the MQTT side has refused it
  if (m_subscriptions.size() >= kMaxSubscriptions) {
    m_context.log.warning("too many subscriptions of Nitrogen's MQTT dialect; a further one hears nothing",
                          {{"limit", kMaxSubscriptions}});
    return;
  }
  Subscriber subscriber;
  if (const auto* from = filter->requiredAt("from"); from != nullptr && from->is_string()) {
    subscriber.from = m_context.ids.principalOf(from->get_ref<const std::string&>()).value_or(PrincipalNumber{});
  }
  if (const auto* type = filter->requiredAt("type"); type != nullptr && type->is_string()) {
    subscriber.type = type->get<std::string>();
  }
  subscriber.filter = std::move(*filter);
  subscriber.subscription = std::move(subscription);
  const auto number = subscriber.subscription.number;
  m_subscriptions[number] = std::move(subscriber);
}

bool MqttSubscribers::mayWant(PrincipalNumber car, std::string_view type) const {
  return std::any_of(m_subscriptions.begin(), m_subscriptions.end(), [&](const auto& entry) {
    return entry.second.from.value_or(car) == car && (!entry.second.type || *entry.second.type == type);
  });
}

bool MqttSubscribers::deliver(const NitrogenMessage& message, const nlohmann::json& document) const {
  bool reachedReceiver = false;
  const NitrogenRights rights(m_context.registry(), m_context.now());
  for (const auto& [number, subscriber] : m_subscriptions) {
    if (!subscriber.filter.matches(document)) continue;
    const auto who = m_context.registry().find(subscriber.subscription.who);
    if (!who || !rights.maySee(*who, message.from, message.to)) continue;
    subscriber.subscription.deliver(api::toText(document.value("body", nlohmann::json::object())));
    if (who->number == message.to) reachedReceiver = true;
  }
  return reachedReceiver;
}

}  // namespace carport
