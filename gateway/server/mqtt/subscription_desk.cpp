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
    m_core.warnRefused("subscribe refused " + session.principal.id,
                       m_core.gate.explainSubscribe(session.principal, request.matched()), session, "subscribe",
                       request.filter);
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
  if (session.isRecorded) m_core.journal.record(SubscriptionPut{session.number(), toStored(subscription)});
  return mqtt::granted(request.qos);
}

/// Runs `function` with the connection: at once, or where its session outlives the gateway once the disk has what was
/// told to the journal. What is acknowledged is on disk.
template <class Function>
void SubscriptionDesk::whenWritten(MqttConnection& connection, Function function) {
  if (!connection.session->isRecorded) return function(connection);
  m_core.journal.whenCommitted([self = connection.shared_from_this(), function = std::move(function)] {
    if (self->isOpen() && self->session) function(*self);
  });
}

void SubscriptionDesk::subscribe(MqttConnection& connection, const mqtt::Subscribe& subscribe) {
  auto& session = *connection.session;
  const auto identifier = subscribe.subscriptionId();
  Answer wanted{subscribe.packetId};
  for (const auto& request : subscribe.topics) {
    const bool isNew = session.subscription(request.filter) == nullptr;
    wanted.codes.push_back(grant(session, request, identifier));
    const auto* subscription = session.subscription(request.filter);
    if (mqtt::isFailure(wanted.codes.back()) || !subscription) continue;
    const auto handling = subscription->wish.retainHandling;
    const bool wantsRetained =
        handling == mqtt::RetainHandling::send || (handling == mqtt::RetainHandling::sendIfNew && isNew);
    // What is shared gets no retained messages (MQTT 5.0 §4.8.2).
    if (wantsRetained && !subscription->group) wanted.wantRetained.emplace_back(request.filter);
    wanted.hasCommands = wanted.hasCommands || (session.principal.type == api::PrincipalType::device &&
                                                mqtt::matches(request.filter, commandTopic(session.principal.id)));
  }
  whenWritten(connection,
              [this, wanted = std::move(wanted)](MqttConnection& subscriber) { answer(subscriber, wanted); });
}

void SubscriptionDesk::answer(MqttConnection& connection, const Answer& answer) {
  auto& session = *connection.session;
  connection.protocol().sendSuback(answer.packetId, answer.codes);
  connection.writeLater();
  for (const auto& filter : answer.wantRetained) {
    if (const auto* subscription = session.subscription(filter)) session.outgoing().feed({session, *subscription});
  }
  if (answer.hasCommands) m_courier.ready(session);
}

void SubscriptionDesk::unsubscribe(MqttConnection& connection, const mqtt::Unsubscribe& unsubscribe) {
  auto& session = *connection.session;
  std::vector<mqtt::ReasonCode> codes;
  for (const auto& filter : unsubscribe.filters) {
    auto* subscription = session.subscription(filter);
    codes.push_back(subscription ? mqtt::ReasonCode::success : mqtt::ReasonCode::noSubscriptionExisted);
    if (!subscription) continue;
    end(session, *subscription);
  }
  whenWritten(connection, [packetId = unsubscribe.packetId, codes = std::move(codes)](MqttConnection& subscriber) {
    subscriber.protocol().sendUnsuback(packetId, codes);
    subscriber.writeLater();
  });
}

void SubscriptionDesk::end(MqttSession& session, MqttSubscription& subscription) {
  const std::string filter(subscription.filter);
  m_fanOut.unsubscribe(subscription);
  session.unsubscribe(filter);
  session.outgoing().endFeed(filter);
  if (session.isRecorded) m_core.journal.record(SubscriptionGone{session.number(), filter});
}

void SubscriptionDesk::recheck(MqttSession& session) {
  std::vector<std::string> gone;
  for (const auto& [filter, subscription] : session.subscriptions()) {
    if (!m_core.gate.maySubscribe(session.principal, matchedBy(filter))) gone.push_back(filter);
  }
  for (const auto& filter : gone) {
    end(session, *session.subscription(filter));
    m_core.context.parts.log.info(fmt::format("The subscription of {} to {} has ended: the rules no longer allow it",
                                              session.principal.id, filter));
  }
}

}  // namespace carport
