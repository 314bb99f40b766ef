#include "gateway/server/mqtt/publish_router.h"

#include "gateway/base/utf8_prefix.h"
#include "gateway/protocol/payload/event_decoder.h"
#include "gateway/server/mqtt/fan_out.h"
#include "gateway/server/mqtt/mqtt_session.h"
#include "gateway/server/mqtt/shard_core.h"

#include <fmt/format.h>

#include <chrono>
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

constexpr std::string_view kNotAllowed = "the rules do not allow publishing on this topic";

/// Of a field's name, how much a log line shows.
constexpr std::size_t kMaxLoggedFieldBytes = 64;

/// Tells one kind of failure from another in a key of the log's throttle.
std::string keyOf(const Error& error) {
  return fmt::format("{}.{}", error.domain(), error.value());
}

/// What a 5.0 publisher is told about an error of the control thread's (MQTT 5.0 §3.4.2.1).
mqtt::ReasonCode reasonFor(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid:
      return mqtt::ReasonCode::payloadFormatInvalid;
    case ErrorKind::unauthenticated:
    case ErrorKind::denied:
      return mqtt::ReasonCode::notAuthorised;
    case ErrorKind::tooLarge:
    case ErrorKind::limit:
    case ErrorKind::full:
      return mqtt::ReasonCode::quotaExceeded;
    default:
      return mqtt::ReasonCode::implementationError;
  }
}

std::size_t bytesOf(const mqtt::Publish& publish) {
  return publish.topic.size() + publish.payload.size();
}

}  // namespace

PublishRouter::PublishRouter(ShardCore& core, IngestBatcher& batcher, FanOut& fanOut)
    : m_core(core), m_batcher(batcher), m_fanOut(fanOut), m_decoder(core.context.parts.names) {}

Routed PublishRouter::route(MqttConnection& connection, const mqtt::Publish& publish) {
  m_made.car = {};
  m_made.samples = m_made.values = 0;
  m_made.reason.clear();
  Incoming in{*connection.session, &connection, publish};
  if (!publish.properties.empty()) {
    in.expirySeconds = publish.properties.number(mqtt::PropertyId::messageExpiryInterval);
  }
  return decide(in);
}

void PublishRouter::publishWill(MqttSession& session, const MqttWill& will) {
  mqtt::Publish publish;
  publish.topic = will.topic;
  publish.payload = will.payload;
  publish.qos = will.qos;
  publish.retain = will.retain;
  publish.properties = {will.properties};
  const auto routed = decide({session, nullptr, publish, will.expirySeconds});
  if (routed == Routed::shed) MqttTally::count(m_core.context.tally.shedWills);
  if (routed == Routed::refused || routed == Routed::unusable) MqttTally::count(m_core.context.tally.ineffective);
}

Routed PublishRouter::decide(Incoming in) {
  if (in.connection != nullptr && in.connection->speaksNitrogen) return routeNitrogen(in);
  const auto topic = CarTopic::parse(in.publish.topic);
  const auto grant =
      m_core.gate.mayPublish(in.session.access, in.session.principal, in.publish.topic, topic, in.publish.payload);
  if (!grant.allowed) return notAllowed(in, grant.unknownCar);
  in.car = m_made.car = grant.car;
  in.organisationBytes = m_made.organisationBytes = grant.organisationBytes;
  if (in.acknowledged() && in.connection->unacknowledged() >= m_core.context.limits.maxUnacknowledged)
    return Routed::later;
  if (in.acknowledged() && !m_fanOut.hasRoom() && m_core.context.listeners.load(std::memory_order_relaxed) > 0)
    return Routed::later;
  if (in.acknowledged() && m_core.context.fullJournals.load(std::memory_order_relaxed) > 0 &&
      m_core.context.durableListeners.load(std::memory_order_relaxed) > 0)
    return Routed::later;
  if (in.acknowledged() && in.session.outgoing().mustWaitForOthers()) return Routed::later;
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

Routed PublishRouter::notAllowed(const Incoming& in, bool unknownCar) {
  m_core.warnRefused(fmt::format("publish {} {}", in.session.principal.id, unknownCar ? "unknown car" : "not allowed"),
                     m_core.gate.explainPublish(in.session.principal, in.publish.topic), in.session, "publish",
                     in.publish.topic);
  m_made.reason = kNotAllowed;
  // A 3.1.1 client can be told in no other way than by closing [MQTT-3.3.5-2]; nor can a 5.0 client of QoS 0, but it
  // need not lose its other messages for it.
  if (!in.canBeTold()) return Routed::refused;
  return turnDown(in, Routed::denied, {mqtt::ReasonCode::notAuthorised, std::string(kNotAllowed)});
}

Routed PublishRouter::turnDown(const Incoming& in, Routed as, Verdict verdict) {
  m_made.reason = verdict.text;
  waiterFor(in, 0, std::move(verdict));
  return as;
}

Routed PublishRouter::noRoom(const Incoming& in) {
  if (in.acknowledged()) return Routed::later;
  m_core.warn("shed", dropsForDisk(in)
                          ? "The disk is nearly full: telemetry of QoS 0 is dropped"
                          : "The storage does not keep up: messages of QoS 0 are dropped, senders of QoS 1 wait");
  return Routed::shed;
}

bool PublishRouter::dropsForDisk(const Incoming& in) const {
  return !in.acknowledged() && m_core.context.parts.durableLog.diskLevel() >= DiskLevel::shedding;
}

Routed PublishRouter::unusable(const Incoming& in, const Error& why) {
  m_core.warn(
      fmt::format("payload {} {}", in.session.principal.id, keyOf(why)),
      fmt::format("{} sent something unusable on {}: {}", in.session.principal.id, in.publish.topic, why.message()));
  // Acknowledged all the same: sent again, it would be no better.
  return turnDown(in, Routed::unusable, {mqtt::ReasonCode::payloadFormatInvalid, why.message()});
}

void PublishRouter::warnOfRefused(const Incoming& in, const std::vector<api::Refusal>& refusals) {
  const auto& first = refusals.front();
  const auto others = refusals.size() > 1 ? fmt::format("; {} more in the same message", refusals.size() - 1) : "";
  m_core.warn("fields " + in.session.principal.id,
              fmt::format("{} sent a field that was refused, \"{}\": {}{}", in.session.principal.id,
                          utf8Prefix(first.field, kMaxLoggedFieldBytes), first.reason, others),
              kRefusedQuietTime);
}

MqttMessagePtr PublishRouter::messageFor(const Incoming& in) const {
  if (!in.publish.retain && m_core.context.listeners.load(std::memory_order_relaxed) == 0) return nullptr;
  auto message = std::make_shared<MqttMessage>();
  message->topic = in.publish.topic;
  message->payload = in.publish.payload;
  message->qos = static_cast<std::uint8_t>(in.publish.qos);
  message->retain = in.publish.retain;
  message->car = in.car;
  message->organisationBytes = in.organisationBytes;
  message->from = in.session.number();
  if (in.publish.qos == mqtt::Qos::exactlyOnce && in.connection && in.session.isRecorded) {
    message->packetId = in.publish.packetId;
    message->isResent = in.publish.duplicate;
  }
  if (!in.publish.properties.empty()) mqtt::appendForwarded(in.publish.properties, message->properties);
  if (in.expirySeconds) message->expiresAt = m_core.now() + std::chrono::seconds(*in.expirySeconds);
  return message;
}

AckWaiter PublishRouter::waiterFor(const Incoming& in, int waits, Verdict verdict) const {
  if (!in.acknowledged()) return {};
  const bool isTaken = !mqtt::isFailure(verdict.reason) || in.connection->protocol().level() != mqtt::ProtocolLevel::v5;
  const bool isRemembered = in.publish.qos == mqtt::Qos::exactlyOnce && isTaken;
  if (isRemembered) {
    auto& received = in.session.received;
    if (!received) received = std::make_shared<ReceivedIds>();
    received->begin(in.publish.packetId);
    in.connection->received = received;
  }
  const auto ticket = in.connection->addAcknowledgement(
      in.publish.packetId, in.publish.qos, static_cast<std::uint8_t>(waits), std::move(verdict), isRemembered);
  return {in.connection->shared_from_this(), ticket};
}

std::string_view PublishRouter::organisationOf(const Incoming& in) {
  return MqttMessage::organisationIn(in.publish.topic, bool(in.car), in.organisationBytes);
}

bool PublishRouter::isLimitReached(const Incoming& in) const {
  return in.publish.retain && in.canBeTold() && in.acknowledged() &&
         !m_core.context.retained.hasRoomFor(in.publish.topic, organisationOf(in),
                                             bytesOf(in.publish) + in.publish.properties.encoded.size());
}

bool PublishRouter::keepRetained(const Incoming& in, const MqttMessagePtr& message, std::shared_ptr<AckWaiter> waiter) {
  // The answer is posted to this thread, so whoever waits has been filled in by then.
  auto done = m_core.answerHere([this, waiter = std::move(waiter)](const Result<void>& result) {
    --m_core.unanswered;
    if (!result) m_core.warn("retained", "A retained message could not be stored: " + result.error().message());
    if (!waiter->sender) return;
    if (result) return waiter->sender->committed(waiter->ticket);
    waiter->sender->notCommitted(waiter->ticket, "its retained message could not be stored");
  });
  const auto kept = m_core.context.retained.put(message, [&](bool isKept) {
    RetainedMessage stored{message->topic, isKept ? message->payload : std::string(),    message->qos,
                           m_core.now(),   isKept ? message->properties : std::string(), message->expiresAt};
    return m_core.context.parts.durableLog.saveRetained(std::move(stored), std::move(done));
  });
  if (kept == RetainedStore::Kept::busy) return false;
  ++m_core.unanswered;
  if (kept == RetainedStore::Kept::no) {
    m_core.warn(
        "retained limit",
        fmt::format("The message on {} from {} is not kept as retained: {} topics or {} bytes is the limit",
                    message->topic, in.session.principal.id,
                    m_core.context.limits.maxRetained / (message->organisationBytes > 0 ? kRetainedShares : 1),
                    m_core.context.limits.maxRetainedBytes / (message->organisationBytes > 0 ? kRetainedShares : 1)));
  }
  return true;
}

Routed PublishRouter::routeTelemetry(const Incoming& in) {
  if (!m_batcher.hasRoom() || dropsForDisk(in)) return noRoom(in);
  std::vector<api::Refusal> refusals;
  const auto arrival = m_core.now();
  const auto message = messageFor(in);
  const bool retain = in.publish.retain;
  const auto waiter = retain ? std::make_shared<AckWaiter>() : nullptr;
  if (retain && !keepRetained(in, message, waiter)) return noRoom(in);
  const auto firstRow = m_batcher.samples().size();
  const auto decoded =
      m_decoder.decode(in.car, in.publish.payload, arrival, m_batcher.samples(), refusals, nullptr, organisationOf(in));
  if (!decoded && refusals.empty()) refusals.push_back({arrival, {}, decoded.error().message()});
  noteMade(firstRow, refusals);
  if (decoded && !refusals.empty()) warnOfRefused(in, refusals);
  if (!refusals.empty()) m_core.context.parts.control.fieldsRefused(in.car, std::move(refusals));
  if (!decoded) return unusable(in, decoded.error());
  auto mine = waiterFor(in, retain ? 2 : 1);
  if (retain) *waiter = mine;
  m_batcher.added(bytesOf(in.publish), std::move(mine), message);
  return Routed::taken;
}

void PublishRouter::noteMade(std::size_t firstRow, const std::vector<api::Refusal>& refusals) {
  for (const auto& row : m_batcher.samples().rows().subspan(firstRow)) {
    ++m_made.samples;
    m_made.values += row.metricCount + row.attributeCount;
  }
  if (refusals.empty()) return;
  const auto& first = refusals.front();
  m_made.reason = first.field.empty() ? first.reason : fmt::format("\"{}\": {}", first.field, first.reason);
}

Routed PublishRouter::routeEvent(const Incoming& in) {
  if (!m_batcher.hasRoomForEvent() || dropsForDisk(in)) return noRoom(in);
  const auto arrival = m_core.now();
  auto event = payload::decodeEvent(in.car, in.publish.payload, arrival);
  if (!event) {
    m_core.context.parts.control.fieldsRefused(in.car, {{arrival, "event", event.error().message()}});
    return unusable(in, event.error());
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
      MqttTally::count(m_core.context.tally.ineffective);
      m_core.warn(fmt::format("control {} {}", who, keyOf(result.error())),
                  fmt::format("What {} sent on {} had no effect: {}", who, topic, result.error().message()));
    }
    if (!waiter.sender) return;
    if (!result && worthSendingAgain(result.error().kind()))
      return waiter.sender->notCommitted(waiter.ticket, "its message could not be stored");
    if (!result) waiter.sender->judge(waiter.ticket, {reasonFor(result.error().kind()), result.error().message()});
    waiter.sender->committed(waiter.ticket);
  });
}

Routed PublishRouter::routeReply(const Incoming& in, std::string_view commandId) {
  m_core.context.parts.control.commandReplied(in.car, std::string(commandId), std::string(in.publish.payload),
                                              controlDone(in, messageFor(in)));
  return Routed::taken;
}

Routed PublishRouter::routeCommand(const Incoming& in) {
  const auto address = in.connection == nullptr ? std::string() : in.connection->address();
  auto& book = m_core.context.parts.registry.limitBook();
  const LimitSubject subject{&in.session.principal, address};
  const auto verdict = book.charge(api::LimitMeasure::commandsPerHour, subject, 1, m_core.steadyNow());
  if (verdict.kind == LimitVerdict::Kind::refused) {
    m_core.warn(fmt::format("limit {} {}", verdict.limit, in.session.principal.id),
                fmt::format("{} gives more commands than limit {} allows", in.session.principal.id, verdict.limit));
    return turnDown(in, Routed::limited, {mqtt::ReasonCode::quotaExceeded, "more commands than a limit allows"});
  }
  // Never retained and never passed on as it is: the control thread makes a command of it, with an id and an expiry.
  m_core.context.parts.control.commandRequested(in.session.principal.number, in.car, std::string(in.publish.payload),
                                                controlDone(in, nullptr));
  return Routed::taken;
}

Routed PublishRouter::routeNitrogen(const Incoming& in) {
  if (in.acknowledged() && in.connection->unacknowledged() >= m_core.context.limits.maxUnacknowledged) {
    return Routed::later;
  }
  m_core.context.parts.control.nitrogenPublished(in.session.principal.number, in.connection->address(),
                                                 std::string(in.publish.payload), controlDone(in, nullptr));
  return Routed::taken;
}

Routed PublishRouter::routeOrdinary(const Incoming& in) {
  if (isLimitReached(in)) {
    return turnDown(in, Routed::limited, {mqtt::ReasonCode::quotaExceeded, "no more retained messages can be kept"});
  }
  const auto message = messageFor(in);
  auto waiter = in.publish.retain ? std::make_shared<AckWaiter>() : nullptr;
  if (in.publish.retain && !keepRetained(in, message, waiter)) return noRoom(in);
  const bool passOn = message && m_core.context.listeners.load(std::memory_order_relaxed) > 0;
  Verdict verdict;
  if (!passOn) verdict.reason = mqtt::ReasonCode::noMatchingSubscribers;
  auto mine = waiterFor(in, (in.publish.retain ? 1 : 0) + (passOn ? 1 : 0), std::move(verdict));
  if (waiter) *waiter = mine;
  if (!passOn) return Routed::taken;
  if (in.canBeTold() && mine.sender) {
    m_fanOut.enqueueAndTell(message, std::move(mine));
  } else {
    m_fanOut.enqueue(message, std::move(mine));
  }
  return Routed::taken;
}

}  // namespace carport
