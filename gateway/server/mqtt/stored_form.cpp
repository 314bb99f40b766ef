#include "gateway/server/mqtt/stored_form.h"

#include <chrono>
#include <string>
#include <utility>

namespace carport {

SessionMessagePtr toStored(const MqttMessagePtr& message) {
  auto stored = std::make_shared<SessionMessage>();
  stored->owner = message;
  stored->topic = message->topic;
  stored->payload = message->payload;
  stored->properties = message->properties;
  stored->qos = message->qos;
  stored->retain = message->retain;
  stored->isCommand = message->isCommand;
  stored->car = message->car;
  stored->expiresAt = message->expiresAt;
  return stored;
}

MqttMessagePtr fromStored(const SessionMessage& stored) {
  auto message = std::make_shared<MqttMessage>();
  message->topic = stored.topic;
  message->payload = stored.payload;
  message->properties = stored.properties;
  message->qos = stored.qos;
  message->retain = stored.retain;
  message->isCommand = stored.isCommand;
  message->car = stored.car;
  message->expiresAt = stored.expiresAt;
  return message;
}

StoredWill toStored(const MqttWill& will) {
  struct Text {
    std::string topic;
    std::string payload;
  };
  auto text = std::make_shared<const Text>(Text{will.topic, will.payload});
  auto message = std::make_shared<SessionMessage>();
  message->topic = text->topic;
  message->payload = text->payload;
  message->owner = std::move(text);
  message->properties = will.properties;
  message->qos = static_cast<std::uint8_t>(will.qos);
  message->retain = will.retain;
  if (will.expirySeconds) message->expiresAt = fromMs(0) + std::chrono::seconds(*will.expirySeconds);
  return {std::move(message), will.delaySeconds, {}};
}

MqttWill fromStored(const StoredWill& stored) {
  const auto& message = *stored.message;
  MqttWill will;
  will.topic = message.topic;
  will.payload = message.payload;
  will.qos = static_cast<mqtt::Qos>(message.qos);
  will.retain = message.retain;
  will.properties = message.properties;
  will.delaySeconds = stored.delaySeconds;
  if (message.expiresAt) will.expirySeconds = static_cast<std::uint32_t>(toMs(*message.expiresAt) / 1000);
  return will;
}

StoredSubscription toStored(const MqttSubscription& subscription) {
  const auto& wish = subscription.wish;
  return {std::string(subscription.filter),
          static_cast<std::uint8_t>(wish.qos),
          wish.noLocal,
          wish.retainAsPublished,
          static_cast<std::uint8_t>(wish.retainHandling),
          wish.identifier};
}

SubscriptionWish fromStored(const StoredSubscription& stored) {
  return {static_cast<mqtt::Qos>(stored.qos), stored.noLocal, stored.retainAsPublished,
          static_cast<mqtt::RetainHandling>(stored.retainHandling), stored.identifier};
}

}  // namespace carport
