#include "gateway/server/mqtt/nitrogen_dialect.h"

#include "gateway/api/document_filter.h"
#include "gateway/server/mqtt/mqtt_connection.h"
#include "gateway/server/mqtt/mqtt_session.h"
#include "gateway/server/mqtt/shard_core.h"

#include <memory>
#include <utility>
#include <vector>

namespace carport {

namespace {

/// Numbers of subscriptions of one shard are apart from those of the others.
constexpr unsigned kShardShift = 48;

void send(MqttConnection& connection, const std::string& topic, std::string body) {
  if (!connection.isOpen() || connection.session == nullptr) return;
  auto message = std::make_shared<MqttMessage>();
  message->topic = topic;
  message->payload = std::move(body);
  Outgoing outgoing;
  outgoing.message = std::move(message);
  // Shed where the client does not keep up, as everything of QoS 0.
  static_cast<void>(connection.session->outgoing().deliver(std::move(outgoing)));
}

}  // namespace

mqtt::ReasonCode NitrogenDialect::grant(MqttConnection& connection, std::string_view filter) {
  const bool isV5 = connection.protocol().level() == mqtt::ProtocolLevel::v5;
  if (!api::DocumentFilter::parse(filter)) {
    return isV5 ? mqtt::ReasonCode::topicFilterInvalid : mqtt::ReasonCode::unspecifiedError;
  }
  Numbers& numbers = m_subscriptions[connection.number()];
  if (numbers.contains(filter)) return mqtt::granted(mqtt::Qos::atMostOnce);
  if (numbers.size() >= kMaxSubscriptions) {
    return isV5 ? mqtt::ReasonCode::quotaExceeded : mqtt::ReasonCode::unspecifiedError;
  }
  const std::uint64_t number = (std::uint64_t{m_core.index} << kShardShift) | m_next++;
  const std::string topic(filter);
  numbers.emplace(topic, number);
  auto deliver = [io = std::weak_ptr(m_core.io), weak = connection.weak_from_this(), topic](std::string body) {
    const auto thread = io.lock();
    // What the thread has no room for is lost, as everything of QoS 0 may be.
    if (!thread) return;
    static_cast<void>(thread->post([weak, topic, body = std::move(body)] {
      if (const auto alive = weak.lock()) send(*alive, topic, body);
    }));
  };
  m_core.context.parts.control.nitrogenSubscribed(
      {number, connection.session->principal.number, topic, std::move(deliver)});
  return mqtt::granted(mqtt::Qos::atMostOnce);
}

void NitrogenDialect::subscribe(MqttConnection& connection, const mqtt::Subscribe& subscribe) {
  std::vector<mqtt::ReasonCode> codes;
  for (const auto& request : subscribe.topics) codes.push_back(grant(connection, request.filter));
  connection.protocol().sendSuback(subscribe.packetId, codes);
  connection.writeLater();
}

void NitrogenDialect::unsubscribe(MqttConnection& connection, const mqtt::Unsubscribe& unsubscribe) {
  std::vector<mqtt::ReasonCode> codes;
  Numbers& numbers = m_subscriptions[connection.number()];
  for (const auto& filter : unsubscribe.filters) {
    const auto known = numbers.find(filter);
    codes.push_back(known != numbers.end() ? mqtt::ReasonCode::success : mqtt::ReasonCode::noSubscriptionExisted);
    if (known == numbers.end()) continue;
    m_core.context.parts.control.nitrogenUnsubscribed(known->second);
    numbers.erase(known);
  }
  connection.protocol().sendUnsuback(unsubscribe.packetId, codes);
  connection.writeLater();
}

void NitrogenDialect::forget(const MqttConnection& connection) {
  const auto known = m_subscriptions.find(connection.number());
  if (known == m_subscriptions.end()) return;
  for (const auto& [filter, number] : known->second) m_core.context.parts.control.nitrogenUnsubscribed(number);
  m_subscriptions.erase(known);
}

}  // namespace carport
