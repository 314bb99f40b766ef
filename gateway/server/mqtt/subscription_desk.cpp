#include "gateway/server/mqtt/subscription_desk.h"

#include "gateway/domain/car_topics.h"
#include "gateway/protocol/mqtt/topic.h"
#include "gateway/server/mqtt/command_courier.h"
#include "gateway/server/mqtt/fan_out.h"
#include "gateway/server/mqtt/mqtt_connection.h"
#include "gateway/server/mqtt/mqtt_session.h"
#include "gateway/server/mqtt/shard_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace carport {

mqtt::ReasonCode SubscriptionDesk::grant(MqttSession& session, const mqtt::TopicRequest& wish) {
  if (!m_core.gate.maySubscribe(session.principal, wish.filter)) {
    m_core.warn("subscribe refused " + session.principal.id,
                m_core.gate.explainSubscribe(session.principal, wish.filter));
    return mqtt::ReasonCode::unspecifiedError;
  }
  const bool fresh = session.subscriptions().find(wish.filter) == session.subscriptions().end();
  if (fresh && session.subscriptions().size() >= m_core.context.limits.maxSubscriptions) {
    m_core.warn("subscribe too many " + session.principal.id,
                fmt::format("{} may not subscribe to {}: it has {} subscriptions, the most there can be",
                            session.principal.id, wish.filter, m_core.context.limits.maxSubscriptions));
    return mqtt::ReasonCode::unspecifiedError;
  }
  const auto qos = std::min(wish.qos, mqtt::Qos::atLeastOnce);
  session.subscribe(wish.filter, qos);
  m_fanOut.subscribe(wish.filter, session, qos);
  return mqtt::granted(qos);
}

void SubscriptionDesk::subscribe(MqttConnection& connection, const mqtt::Subscribe& subscribe) {
  auto& session = *connection.session;
  std::vector<mqtt::ReasonCode> codes;
  codes.reserve(subscribe.topics.size());
  for (const auto& wish : subscribe.topics) codes.push_back(grant(session, wish));
  connection.protocol().sendSuback(subscribe.packetId, codes);
  connection.writeLater();
  bool commands = false;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (codes[i] == mqtt::ReasonCode::unspecifiedError) continue;
    const auto& wish = subscribe.topics[i];
    sendRetained(session, wish.filter, std::min(wish.qos, mqtt::Qos::atLeastOnce));
    commands = commands || (session.principal.type == api::PrincipalType::device &&
                            mqtt::matches(wish.filter, commandTopic(session.principal.id)));
  }
  if (commands) m_courier.ready(session);
}

void SubscriptionDesk::sendRetained(MqttSession& session, std::string_view filter, mqtt::Qos qos) {
  for (const auto& message : m_core.context.retained.matching(filter)) m_fanOut.deliverTo(session, message, qos, true);
}

void SubscriptionDesk::unsubscribe(MqttConnection& connection, const mqtt::Unsubscribe& unsubscribe) {
  std::vector<mqtt::ReasonCode> codes;
  codes.reserve(unsubscribe.filters.size());
  for (const auto& filter : unsubscribe.filters) {
    const bool existed = connection.session->unsubscribe(filter);
    if (existed) m_fanOut.unsubscribe(filter, *connection.session);
    codes.push_back(existed ? mqtt::ReasonCode::success : mqtt::ReasonCode::noSubscriptionExisted);
  }
  connection.protocol().sendUnsuback(unsubscribe.packetId, codes);
  connection.writeLater();
}

void SubscriptionDesk::recheck(MqttSession& session) {
  std::vector<std::string> gone;
  for (const auto& [filter, qos] : session.subscriptions()) {
    if (!m_core.gate.maySubscribe(session.principal, filter)) gone.push_back(filter);
  }
  for (const auto& filter : gone) {
    m_fanOut.unsubscribe(filter, session);
    session.unsubscribe(filter);
    m_core.context.parts.log.info(fmt::format("The subscription of {} to {} has ended: the rules no longer allow it",
                                              session.principal.id, filter));
  }
}

}  // namespace carport
