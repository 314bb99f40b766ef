#include "gateway/server/mqtt/publish_router.h"

#include "gateway/protocol/payload/event_decoder.h"
#include "gateway/server/mqtt/fan_out.h"
#include "gateway/server/mqtt/mqtt_session.h"
#include "gateway/server/mqtt/shard_core.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace carport {

namespace {

/// Whether sending the same message again could help; otherwise it is acknowledged, so that it is not sent for ever.
bool worthSendingAgain(ErrorKind kind) {
  return kind == ErrorKind::unavailable || kind == ErrorKind::full || kind == ErrorKind::io ||
         kind == ErrorKind::cancelled || kind == ErrorKind::internal;
}

/// Of a field's name, how much a log line shows.
constexpr std::size_t kMaxLoggedFieldBytes = 64;

/// Tells one kind of failure from another in a key of the log's throttle.
std::string keyOf(const Error& error) {
  return fmt::format("{}.{}", error.domain(), error.value());
}

std::size_t bytesOf(const mqtt::Publish& publish) {
  return publish.topic.size() + publish.payload.size();
}

}  // namespace

PublishRouter::PublishRouter(ShardCore& core, IngestBatcher& batcher, FanOut& fanOut)
    : m_core(core), m_batcher(batcher), m_fanOut(fanOut), m_decoder(core.context.parts.names) {}

Routed PublishRouter::route(MqttSession& session, MqttConnection* connection, const mqtt::Publish& publish) {
  const auto topic = CarTopic::parse(publish.topic);
  const auto grant = m_core.gate.mayPublish(session.access, session.principal, publish.topic, topic);
  if (!grant.allowed) {
    MqttTally::count(m_core.context.tally.refused);
    m_core.warn(fmt::format("publish {} {}", session.principal.id, grant.unknownCar ? "unknown car" : "not allowed"),
                m_core.gate.explainPublish(session.principal, publish.topic));
    return Routed::refused;
  }
  const Incoming in{session, connection, publish, grant.car};
  if (in.acknowledged() && connection->unacknowledged() >= m_core.context.limits.maxUnacknowledged)
    return Routed::later;
  if (in.acknowledged() && !m_fanOut.hasRoom() && m_core.context.listeners.load(std::memory_order_relaxed) > 0)
    return Routed::later;
  switch (topic ? topic->kind : CarTopicKind::other) {
    case CarTopicKind::telemetry:
      return routeTelemetry(in);
    case CarTopicKind::event:
      return routeEvent(in);
    case CarTopicKind::commandReply:
      return routeReply(in, topic->commandId);
    case CarTopicKind::command:
      return routeCommand(in);
    case CarTopicKind::other:
      break;
  }
  return routeOrdinary(in);
}

Routed PublishRouter::noRoom(const Incoming& in) {
  if (in.acknowledged()) return Routed::later;
  MqttTally::count(m_core.context.tally.shed);
  m_core.warn("shed", dropsForDisk(in)
                          ? "The disk is nearly full: telemetry of QoS 0 is dropped"
                          : "The storage does not keep up: messages of QoS 0 are dropped, senders of QoS 1 wait");
  return Routed::taken;
}

bool PublishRouter::dropsForDisk(const Incoming& in) const {
  return !in.acknowledged() && m_core.context.parts.durableLog.diskLevel() >= DiskLevel::shedding;
}

void PublishRouter::unusable(const Incoming& in, const Error& why) {
  MqttTally::count(m_core.context.tally.refused);
  m_core.warn(
      fmt::format("payload {} {}", in.session.principal.id, keyOf(why)),
      fmt::format("{} sent something unusable on {}: {}", in.session.principal.id, in.publish.topic, why.message()));
  // Acknowledged all the same: sent again, it would be no better.
  waiterFor(in, 0);
}

void PublishRouter::warnOfRefused(const Incoming& in, const std::vector<api::Refusal>& refusals) {
  const auto& first = refusals.front();
  const auto others = refusals.size() > 1 ? fmt::format("; {} more in the same message", refusals.size() - 1) : "";
  m_core.warn("fields " + in.session.principal.id,
              fmt::format("{} sent a field that was refused, \"{}\": {}{}", in.session.principal.id,
                          std::string_view(first.field).substr(0, kMaxLoggedFieldBytes), first.reason, others),
              kRefusedQuietTime);
}

MqttMessagePtr PublishRouter::messageFor(const Incoming& in) const {
  if (!in.publish.retain && m_core.context.listeners.load(std::memory_order_relaxed) == 0) return nullptr;
  return std::make_shared<const MqttMessage>(MqttMessage{std::string(in.publish.topic), std::string(in.publish.payload),
                                                         static_cast<std::uint8_t>(in.publish.qos), in.publish.retain,
                                                         in.car});
}

AckWaiter PublishRouter::waiterFor(const Incoming& in, int waits) const {
  if (!in.acknowledged()) return {};
  const auto ticket = in.connection->addAcknowledgement(in.publish.packetId, static_cast<std::uint8_t>(waits));
  return {in.connection->shared_from_this(), ticket};
}

bool PublishRouter::keepRetained(const Incoming& in, const MqttMessagePtr& message, std::shared_ptr<AckWaiter> waiter) {
  const bool kept = m_core.context.retained.put(message);
  if (!kept) {
    m_core.warn("retained limit",
                fmt::format("The message on {} from {} is not kept as retained: {} topics or {} bytes is the limit",
                            message->topic, in.session.principal.id, m_core.context.limits.maxRetained,
                            m_core.context.limits.maxRetainedBytes));
  }
  RetainedMessage stored{message->topic, kept ? message->payload : std::string(), message->qos, m_core.now()};
  // The answer is posted to this thread, so whoever waits has been filled in by then.
  auto done = m_core.answerHere([this, waiter = std::move(waiter)](const Result<void>& result) {
    --m_core.unanswered;
    if (!result) m_core.warn("retained", "A retained message could not be stored: " + result.error().message());
    if (!waiter->connection) return;
    if (result) return waiter->connection->committed(waiter->ticket);
    m_core.closeLater(waiter->connection, "its retained message could not be stored");
  });
  const bool taken = m_core.context.parts.durableLog.saveRetained(std::move(stored), std::move(done));
  if (taken) ++m_core.unanswered;
  return taken;
}

Routed PublishRouter::routeTelemetry(const Incoming& in) {
  if (!m_batcher.hasRoom() || dropsForDisk(in)) return noRoom(in);
  std::vector<api::Refusal> refusals;
  const auto arrival = m_core.now();
  const auto message = messageFor(in);
  auto waiter = std::make_shared<AckWaiter>();
  const bool retain = in.publish.retain;
  if (retain && !keepRetained(in, message, waiter)) return noRoom(in);
  const auto decoded = m_decoder.decode(in.car, in.publish.payload, arrival, m_batcher.samples(), refusals);
  if (!decoded && refusals.empty()) refusals.push_back({arrival, {}, decoded.error().message()});
  if (decoded && !refusals.empty()) warnOfRefused(in, refusals);
  if (!refusals.empty()) m_core.context.parts.control.fieldsRefused(in.car, std::move(refusals));
  if (!decoded) {
    unusable(in, decoded.error());
    return Routed::taken;
  }
  *waiter = waiterFor(in, retain ? 2 : 1);
  m_batcher.added(bytesOf(in.publish), *waiter, message);
  return Routed::taken;
}

Routed PublishRouter::routeEvent(const Incoming& in) {
  if (!m_batcher.hasRoomForEvent() || dropsForDisk(in)) return noRoom(in);
  const auto arrival = m_core.now();
  auto event = payload::decodeEvent(in.car, in.publish.payload, arrival);
  if (!event) {
    const auto why = event.error().message();
    m_core.context.parts.control.fieldsRefused(in.car, {{arrival, "event", why}});
    unusable(in, event.error());
    return Routed::taken;
  }
  const auto message = messageFor(in);
  auto waiter = std::make_shared<AckWaiter>();
  if (in.publish.retain && !keepRetained(in, message, waiter)) return noRoom(in);
  *waiter = waiterFor(in, in.publish.retain ? 2 : 1);
  m_batcher.addEvent(std::move(*event), bytesOf(in.publish), *waiter, message);
  return Routed::taken;
}

DurableLog::Done PublishRouter::controlDone(const Incoming& in, MqttMessagePtr message) {
  ++m_core.unanswered;
  return m_core.answerHere([this, waiter = waiterFor(in, 1), message = std::move(message),
                            who = in.session.principal.id,
                            topic = std::string(in.publish.topic)](const Result<void>& result) {
    --m_core.unanswered;
    if (result && message) return m_fanOut.enqueue(message, waiter);
    if (!result) {
      MqttTally::count(m_core.context.tally.refused);
      m_core.warn(fmt::format("control {} {}", who, keyOf(result.error())),
                  fmt::format("What {} sent on {} had no effect: {}", who, topic, result.error().message()));
    }
    if (!waiter.connection) return;
    if (result || !worthSendingAgain(result.error().kind())) return waiter.connection->committed(waiter.ticket);
    m_core.closeLater(waiter.connection, "its message could not be stored");
  });
}

Routed PublishRouter::routeReply(const Incoming& in, std::string_view commandId) {
  m_core.context.parts.control.commandReplied(in.car, std::string(commandId), std::string(in.publish.payload),
                                              controlDone(in, messageFor(in)));
  return Routed::taken;
}

Routed PublishRouter::routeCommand(const Incoming& in) {
  // Never retained and never passed on as it is: the control thread makes a command of it, with an id and an expiry.
  m_core.context.parts.control.commandRequested(in.session.principal.number, in.car, std::string(in.publish.payload),
                                                controlDone(in, nullptr));
  return Routed::taken;
}

Routed PublishRouter::routeOrdinary(const Incoming& in) {
  const auto message = messageFor(in);
  auto waiter = std::make_shared<AckWaiter>();
  if (in.publish.retain && !keepRetained(in, message, waiter)) return noRoom(in);
  const bool passOn = message && m_core.context.listeners.load(std::memory_order_relaxed) > 0;
  *waiter = waiterFor(in, (in.publish.retain ? 1 : 0) + (passOn ? 1 : 0));
  if (passOn) m_fanOut.enqueue(message, *waiter);
  return Routed::taken;
}

}  // namespace carport
