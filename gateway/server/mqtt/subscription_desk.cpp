#include "gateway/server/mqtt/subscription_desk.h"

#include "gateway/domain/car_topics.h"
#include "gateway/protocol/mqtt/topic.h"
#include "gateway/server/mqtt/command_courier.h"
#include "gateway/server/mqtt/fan_out.h"
#include "gateway/server/mqtt/mqtt_connection.h"
#include "gateway/server/mqtt/mqtt_session.h"
#include "gateway/server/mqtt/shard_core.h"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace carport {

namespace {

/// The filter that the rules are asked about: a shared subscription is allowed where an ordinary one would be.
std::string_view matchedBy(std::string_view filter) {
  const auto shared = mqtt::parseSharedFilter(filter);
  return shared && *shared ? (*shared)->filter : filter;
}

}  // namespace

mqtt::ReasonCode SubscriptionDesk::grant(MqttSession& session, const mqtt::TopicRequest& request,
                                         std::uint32_t identifier) {
  const bool isV5 = session.connection()->protocol().level() == mqtt::ProtocolLevel::v5;
  if (!m_core.gate.maySubscribe(session.principal, request.matched())) {
    m_core.warn("subscribe refused " + session.principal.id,
                m_core.gate.explainSubscribe(session.principal, request.matched()));
    return isV5 ? mqtt::ReasonCode::notAuthorised : mqtt::ReasonCode::unspecifiedError;
  }
  const auto* known = session.subscription(request.filter);
  if (!known && session.subscriptions().size() >= m_core.context.limits.maxSubscriptions) {
    m_core.warn("subscribe too many " + session.principal.id,
                fmt::format("{} may not subscribe to {}: it has {} subscriptions, the most there can be",
                            session.principal.id, request.filter, m_core.context.limits.maxSubscriptions));
    return isV5 ? mqtt::ReasonCode::quotaExceeded : mqtt::ReasonCode::unspecifiedError;
  }
  auto& subscription = session.subscribe(
      request.filter, {request.qos, request.noLocal, request.retainAsPublished, request.retainHandling, identifier});
  m_fanOut.subscribe(subscription);
  return mqtt::granted(request.qos);
}

void SubscriptionDesk::subscribe(MqttConnection& connection, const mqtt::Subscribe& subscribe) {
  auto& session = *connection.session;
  const auto identifier = subscribe.subscriptionId();
  std::vector<mqtt::ReasonCode> codes;
  std::vector<bool> isNew;
  for (const auto& request : subscribe.topics) {
    isNew.push_back(session.subscription(request.filter) == nullptr);
    codes.push_back(grant(session, request, identifier));
  }
  connection.protocol().sendSuback(subscribe.packetId, codes);
  connection.writeLater();
  bool commands = false;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const auto* subscription = session.subscription(subscribe.topics[i].filter);
    if (mqtt::isFailure(codes[i]) || !subscription) continue;
    const auto handling = subscription->wish.retainHandling;
    const bool wantsRetained =
        handling == mqtt::RetainHandling::send || (handling == mqtt::RetainHandling::sendIfNew && isNew[i]);
    // What is shared gets no retained messages (MQTT 5.0 §4.8.2).
    if (wantsRetained && !subscription->group) sendRetained(session, *subscription);
    commands = commands || (session.principal.type == api::PrincipalType::device &&
                            mqtt::matches(subscription->filter, commandTopic(session.principal.id)));
  }
  if (commands) m_courier.ready(session);
}

void SubscriptionDesk::sendRetained(MqttSession& session, const MqttSubscription& subscription) {
  const auto& wish = subscription.wish;
  const auto now = m_core.now();
  for (const auto& message : m_core.context.retained.matching(subscription.filter)) {
    if (message->hasExpired(now)) continue;
    Outgoing outgoing{message, wish.qos, true, true};
    if (wish.identifier > 0) outgoing.identifiers.push_back(wish.identifier);
    m_fanOut.deliverTo(session, std::move(outgoing));
  }
}

void SubscriptionDesk::unsubscribe(MqttConnection& connection, const mqtt::Unsubscribe& unsubscribe) {
  auto& session = *connection.session;
  std::vector<mqtt::ReasonCode> codes;
  for (const auto& filter : unsubscribe.filters) {
    auto* subscription = session.subscription(filter);
    codes.push_back(subscription ? mqtt::ReasonCode::success : mqtt::ReasonCode::noSubscriptionExisted);
    if (!subscription) continue;
    m_fanOut.unsubscribe(*subscription);
    session.unsubscribe(filter);
  }
  connection.protocol().sendUnsuback(unsubscribe.packetId, codes);
  connection.writeLater();
}

void SubscriptionDesk::recheck(MqttSession& session) {
  std::vector<std::string> gone;
  for (const auto& [filter, subscription] : session.subscriptions()) {
    if (!m_core.gate.maySubscribe(session.principal, matchedBy(filter))) gone.push_back(filter);
  }
  for (const auto& filter : gone) {
    m_fanOut.unsubscribe(*session.subscription(filter));
    session.unsubscribe(filter);
    m_core.context.parts.log.info(fmt::format("The subscription of {} to {} has ended: the rules no longer allow it",
                                              session.principal.id, filter));
  }
}

}  // namespace carport
