#include "gateway/server/nitrogen/mqtt_subscribers.h"

#include "gateway/api/json_codec.h"
#include "gateway/server/nitrogen/nitrogen_rights.h"
#include "gateway/server/nitrogen/share.h"
#include "gateway/server/nitrogen/socketio_hub.h"

#include <utility>

namespace carport {

void MqttSubscribers::add(NitrogenSubscription subscription) {
  auto filter = api::DocumentFilter::parse(subscription.filter);
  if (!filter) return;  // the MQTT side has refused it
  const auto who = m_context.registry().find(subscription.who);
  if (!who) return;
  if (!hasRoomFor(who->number, who->organisation())) {
    m_context.log.warning("too many subscriptions of Nitrogen's MQTT dialect; a further one hears nothing",
                          {{"who", who->id}, {"limit", kMaxSubscriptions}});
    return;
  }
  Subscriber subscriber;
  subscriber.organisation = std::string(who->organisation());
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
  m_context.sockets->subscriptionsChanged();
}

void MqttSubscribers::remove(std::uint64_t number) {
  if (m_subscriptions.erase(number) > 0) m_context.sockets->subscriptionsChanged();
}

bool MqttSubscribers::hasRoomFor(PrincipalNumber who, std::string_view organisation) const {
  if (m_subscriptions.size() >= kMaxSubscriptions) return false;
  Share share(who, organisation);
  for (const auto& [number, subscriber] : m_subscriptions)
    share.add(subscriber.subscription.who, subscriber.organisation);
  return !share.isUsedUp(kMaxOfPrincipal, kMaxOfOrganisation);
}

void MqttSubscribers::addTo(SampleInterest& interest) const {
  for (const auto& [number, subscriber] : m_subscriptions) interest.add(subscriber.from, subscriber.type);
}

bool MqttSubscribers::deliver(const NitrogenMessage& message, const nlohmann::json& document) const {
  bool reachedReceiver = false;
  const NitrogenRights rights(m_context.registry(), m_context.now());
  for (const auto& [number, subscriber] : m_subscriptions) {
    if (!subscriber.filter.matches(document)) continue;
    const auto who = m_context.registry().find(subscriber.subscription.who);
    if (!who || !rights.maySee(*who, message.from, message.to, document)) continue;
    subscriber.subscription.deliver(api::toText(document.value("body", nlohmann::json::object())));
    if (who->number == message.to) reachedReceiver = true;
  }
  return reachedReceiver;
}

}  // namespace carport
