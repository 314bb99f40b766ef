#pragma once

#include "gateway/base/log.h"
#include "gateway/domain/durable_log.h"
#include "gateway/server/mqtt/mqtt_limits.h"
#include "gateway/server/mqtt/mqtt_message.h"

#include <cstddef>
#include <functional>
#include <map>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// The retained message of each topic (MQTT 3.1.1 §3.3.1.3). Any thread. Owner: MqttFront.
class RetainedStore {
 public:
  explicit RetainedStore(const MqttLimits& limits) : m_limits(limits) {}

  /// What the storage kept; `car` of each message is told by `carOf`.
  void load(std::vector<RetainedMessage> messages, const std::function<PrincipalNumber(std::string_view topic)>& carOf);

  /// Keeps the message as its topic's; an empty payload takes the topic's message away. False where a limit is reached:
  /// then the topic has no retained message any more, because an older one would mislead.
  bool put(const MqttMessagePtr& message);
  /// Those whose topics `filter` matches, in the order of topics.
  std::vector<MqttMessagePtr> matching(std::string_view filter) const;

 private:
  void takeAway(std::string_view topic);

  const MqttLimits& m_limits;
  // Guards the members below. Retained messages are written seldom and read at each subscription on every I/O thread; a
  // copy of them in each thread would cost memory for nothing.
  mutable std::shared_mutex m_mutex;
  std::map<std::string, MqttMessagePtr, std::less<>> m_messages;
  std::size_t m_bytes = 0;
};

}  // namespace carport
