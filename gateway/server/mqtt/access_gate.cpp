#include "gateway/server/mqtt/access_gate.h"

#include <fmt/format.h>

#include <optional>

namespace carport {

namespace {

constexpr TimePoint kForever = fromMs(INT64_MAX);

api::Action publishAction(const std::optional<CarTopic>& topic) {
  return topic && topic->kind == CarTopicKind::command ? api::Action::command : api::Action::send;
}

bool hasWildcard(std::string_view filter) {
  return filter.find_first_of("+#") != std::string_view::npos;
}

/// The id in `cars/{id}/…` where a filter stays below one car.
std::optional<std::string_view> oneCar(std::string_view filter) {
  constexpr std::string_view kPrefix = "cars/";
  if (!filter.starts_with(kPrefix)) return std::nullopt;
  filter.remove_prefix(kPrefix.size());
  const auto slash = filter.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto id = filter.substr(0, slash);
  return id.empty() || hasWildcard(id) ? std::nullopt : std::optional(id);
}

}  // namespace

AccessGate::AccessGate(const Registry& registry, const Clock& clock) : m_registry(registry), m_clock(clock) {
  forgetDecisions();
}

void AccessGate::forgetDecisions() {
  ++m_epoch;
  m_rules = m_registry.rules();
  m_validUntil = m_rules->nextExpiry(m_clock.now()).value_or(kForever);
}

void AccessGate::renew(AccessCache& cache) {
  if (m_validUntil != kForever && m_clock.now() >= m_validUntil) forgetDecisions();
  if (cache.m_epoch == m_epoch) return;
  cache = {};
  cache.m_epoch = m_epoch;
}

AccessGrant AccessGate::decidePublish(const api::Principal& who, std::string_view topic,
                                      const std::optional<CarTopic>& parsed, api::Action action) const {
  const auto now = m_clock.now();
  if (!parsed) {
    // Topics that begin with $ are the server's own (MQTT 3.1.1 §4.7.2).
    if (topic.starts_with('$')) return {};
    return {m_rules->decide(who, action, {nullptr, topic}, now).allowed, false, {}};
  }
  const auto car = m_registry.find(parsed->car);
  if (!car || car->type != api::PrincipalType::device) return {false, true, {}};
  return {m_rules->decide(who, action, {&*car, topic}, now).allowed, false, car->number};
}

AccessGrant AccessGate::mayPublish(AccessCache& cache, const api::Principal& who, std::string_view topic,
                                   const std::optional<CarTopic>& parsed) {
  renew(cache);
  const auto action = publishAction(parsed);
  const auto subject = parsed ? parsed->car : topic;
  for (const auto& known : cache.m_publishing) {
    if (known.action == action && known.isCar == parsed.has_value() && known.subject == subject) return known.grant;
  }
  const auto grant = decidePublish(who, topic, parsed, action);
  if (cache.m_publishing.size() >= AccessCache::kMaxPublishing) cache.m_publishing.clear();
  cache.m_publishing.push_back({std::string(subject), parsed.has_value(), action, grant});
  return grant;
}

bool AccessGate::mayReceive(AccessCache& cache, const api::Principal& who, const MqttMessage& message) {
  renew(cache);
  const auto now = m_clock.now();
  if (message.car) {
    if (const auto known = cache.m_receivingCars.find(message.car); known != cache.m_receivingCars.end()) {
      return known->second;
    }
    const auto car = m_registry.find(message.car);
    const bool allowed = car && m_rules->decide(who, api::Action::subscribe, {&*car, message.topic}, now).allowed;
    if (cache.m_receivingCars.size() >= AccessCache::kMaxReceiving) cache.m_receivingCars.clear();
    return cache.m_receivingCars.emplace(message.car, allowed).first->second;
  }
  if (message.topic.size() > AccessCache::kMaxTopicBytes)
    return m_rules->decide(who, api::Action::subscribe, {nullptr, message.topic}, now).allowed;
  if (const auto known = cache.m_receivingTopics.find(message.topic); known != cache.m_receivingTopics.end()) {
    return known->second;
  }
  const bool allowed = m_rules->decide(who, api::Action::subscribe, {nullptr, message.topic}, now).allowed;
  if (cache.m_receivingTopics.size() >= AccessCache::kMaxReceiving) cache.m_receivingTopics.clear();
  return cache.m_receivingTopics.emplace(message.topic, allowed).first->second;
}

bool AccessGate::maySubscribe(const api::Principal& who, std::string_view filter) {
  const auto now = m_clock.now();
  if (const auto id = oneCar(filter)) {
    const auto car = m_registry.find(*id);
    return car && car->type == api::PrincipalType::device &&
           m_rules->decide(who, api::Action::subscribe, {&*car, filter}, now).allowed;
  }
  if (hasWildcard(filter)) return m_rules->mayAllowAnything(who, api::Action::subscribe, now);
  return m_rules->decide(who, api::Action::subscribe, {nullptr, filter}, now).allowed;
}

std::string AccessGate::explainPublish(const api::Principal& who, std::string_view topic) const {
  const auto parsed = CarTopic::parse(topic);
  if (!parsed) {
    if (topic.starts_with('$'))
      return fmt::format("{} may not publish on {}: such topics are the gateway's", who.id, topic);
    const auto decision = m_rules->explain(who, api::Action::send, {nullptr, topic}, m_clock.now());
    return fmt::format("{} may not publish on {}: {}", who.id, topic, decision.explanation);
  }
  const auto car = m_registry.find(parsed->car);
  if (!car || car->type != api::PrincipalType::device) {
    return fmt::format("{} may not publish on {}: no car has the id \"{}\"; add it first", who.id, topic, parsed->car);
  }
  const auto decision = m_rules->explain(who, publishAction(parsed), {&*car, topic}, m_clock.now());
  return fmt::format("{} may not publish on {}: {}", who.id, topic, decision.explanation);
}

std::string AccessGate::explainSubscribe(const api::Principal& who, std::string_view filter) const {
  if (const auto id = oneCar(filter)) {
    const auto car = m_registry.find(*id);
    if (!car || car->type != api::PrincipalType::device) {
      return fmt::format("{} may not subscribe to {}: no car has the id \"{}\"", who.id, filter, *id);
    }
    const auto decision = m_rules->explain(who, api::Action::subscribe, {&*car, filter}, m_clock.now());
    return fmt::format("{} may not subscribe to {}: {}", who.id, filter, decision.explanation);
  }
  if (hasWildcard(filter)) {
    return fmt::format("{} may not subscribe to {}: no rule lets it subscribe to anything but itself", who.id, filter);
  }
  const auto decision = m_rules->explain(who, api::Action::subscribe, {nullptr, filter}, m_clock.now());
  return fmt::format("{} may not subscribe to {}: {}", who.id, filter, decision.explanation);
}

}  // namespace carport
