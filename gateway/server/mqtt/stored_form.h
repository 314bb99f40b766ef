#pragma once

#include "gateway/domain/session_record.h"
#include "gateway/server/mqtt/mqtt_message.h"
#include "gateway/server/mqtt/mqtt_subscription.h"
#include "gateway/server/mqtt/mqtt_will.h"

namespace carport {

/// Messages, wills and subscriptions as the storage keeps them, and back. Stored forms share a message's bytes.
SessionMessagePtr toStored(const MqttMessagePtr& message);
MqttMessagePtr fromStored(const SessionMessage& stored);

/// The stored message's expiry is the seconds that it lives from publishing on, counted from fromMs(0).
StoredWill toStored(const MqttWill& will);
MqttWill fromStored(const StoredWill& stored);

StoredSubscription toStored(const MqttSubscription& subscription);
SubscriptionWish fromStored(const StoredSubscription& stored);

/// Gives the sessions of one thread that keep the same message one stored form of it. Owner: ShardCore; its thread.
class StoredForms {
 public:
  const SessionMessagePtr& of(const MqttMessagePtr& message) {
    if (message != m_message) {
      m_stored = toStored(message);
      m_message = message;
    }
    return m_stored;
  }

 private:
  MqttMessagePtr m_message;  // the last one: sessions are given a message one after the other
  SessionMessagePtr m_stored;
};

}  // namespace carport
