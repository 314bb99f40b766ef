#include "gateway/server/mqtt/access_gate.h"

#include "gateway/domain/organisation_topics.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

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
  m_validUntil = m_rules->nextChange(m_clock.now()).value_or(kForever);
}

void AccessGate::renew(AccessCache& cache) {
  if (m_validUntil != kForever && m_clock.now() >= m_validUntil) forgetDecisions();
  if (cache.m_epoch == m_epoch) return;
  cache = {};
  cache.m_epoch = m_epoch;
}

std::optional<api::Principal> AccessGate::carFor(const api::Principal& who, std::string_view id) const {
  auto car = m_registry.find(id);
  if (!car || car->type != api::PrincipalType::device) return std::nullopt;
  // Another organisation's car is to nobody different from one that is not there.
  if (who.organisationBytes > 0 && car->organisation() != who.organisation()) return std::nullopt;
  return car;
}

AccessCache::Publishing AccessGate::decidePublish(const api::Principal& who, std::string_view topic,
                                                  const std::optional<CarTopic>& parsed, api::Action action) const {
  AccessCache::Publishing decided{std::string(parsed ? parsed->car : topic), parsed.has_value(), false, action, {}};
  const auto now = m_clock.now();
  auto verdict = RuleVerdict::denied;
  if (!parsed) {
    // Topics that begin with $ are the server's own (MQTT 3.1.1 §4.7.2).
    if (!topic.starts_with('$')) verdict = m_rules->verdict(who, action, {nullptr, topic}, now);
    const auto organisation = organisationOfTopic(topic);
    if (organisation.size() <= api::kMaxOrganisationIdBytes) {
      decided.grant.organisationBytes = static_cast<std::uint8_t>(organisation.size());
    } else {
      verdict = RuleVerdict::denied;  // there is no such organisation
    }
  } else if (const auto car = carFor(who, parsed->car)) {
    verdict = m_rules->verdict(who, action, {&*car}, now);
    decided.grant.car = car->number;
    decided.grant.organisationBytes = car->organisationBytes;
  } else {
    decided.grant.unknownCar = true;
  }
  decided.depends = verdict == RuleVerdict::depends && action != api::Action::command;
  decided.grant.allowed = verdict != RuleVerdict::denied;
  return decided;
}

AccessGrant AccessGate::mayPublish(AccessCache& cache, const api::Principal& who, std::string_view topic,
                                   const std::optional<CarTopic>& parsed, std::string_view payload) {
  renew(cache);
  const auto action = publishAction(parsed);
  const auto subject = parsed ? parsed->car : topic;
  auto known = std::find_if(cache.m_publishing.begin(), cache.m_publishing.end(), [&](const auto& entry) {
    return entry.action == action && entry.isCar == parsed.has_value() && entry.subject == subject;
  });
  if (known == cache.m_publishing.end()) {
    if (cache.m_publishing.size() >= AccessCache::kMaxPublishing) cache.m_publishing.clear();
    cache.m_publishing.push_back(decidePublish(who, topic, parsed, action));
    known = std::prev(cache.m_publishing.end());
  }
  if (!known->depends) return known->grant;
  auto grant = known->grant;
  grant.allowed = mayPublishThis(who, topic, grant, payload);
  return grant;
}

bool AccessGate::mayPublishThis(const api::Principal& who, std::string_view topic, const AccessGrant& grant,
                                std::string_view payload) const {
  Resource about{nullptr, topic, {}, payload};
  if (!grant.car) return m_rules->allows(who, api::Action::send, about, m_clock.now());
  const auto car = m_registry.find(grant.car);
  about.principal = car ? &*car : nullptr;
  return car && m_rules->allows(who, api::Action::send, about, m_clock.now());
}

RuleVerdict AccessGate::decideReceive(const api::Principal& who, const MqttMessage& message) const {
  const auto now = m_clock.now();
  if (!message.car) return m_rules->verdict(who, api::Action::subscribe, {nullptr, message.topic}, now);
  const auto car = m_registry.find(message.car);
  return car ? m_rules->verdict(who, api::Action::subscribe, {&*car}, now) : RuleVerdict::denied;
}

bool AccessGate::mayReceiveThis(const api::Principal& who, const MqttMessage& message) const {
  Resource about{nullptr, message.topic, {}, message.payload};
  if (!message.car) return m_rules->allows(who, api::Action::subscribe, about, m_clock.now());
  const auto car = m_registry.find(message.car);
  about.principal = car ? &*car : nullptr;
  return car && m_rules->allows(who, api::Action::subscribe, about, m_clock.now());
}

bool AccessGate::mayReceive(AccessCache& cache, const api::Principal& who, const MqttMessage& message) {
  renew(cache);
  auto verdict = RuleVerdict::denied;
  if (message.car) {
    const auto known = cache.m_receivingCars.find(message.car);
    if (known != cache.m_receivingCars.end()) {
      verdict = known->second;
    } else {
      verdict = decideReceive(who, message);
      if (cache.m_receivingCars.size() >= AccessCache::kMaxReceiving) cache.m_receivingCars.clear();
      cache.m_receivingCars.emplace(message.car, verdict);
    }
  } else if (message.topic.size() > AccessCache::kMaxTopicBytes) {
    verdict = decideReceive(who, message);
  } else if (const auto known = cache.m_receivingTopics.find(message.topic); known != cache.m_receivingTopics.end()) {
    verdict = known->second;
  } else {
    verdict = decideReceive(who, message);
    if (cache.m_receivingTopics.size() >= AccessCache::kMaxReceiving) cache.m_receivingTopics.clear();
    cache.m_receivingTopics.emplace(message.topic, verdict);
  }
  return verdict == RuleVerdict::depends ? mayReceiveThis(who, message) : verdict == RuleVerdict::allowed;
}

bool AccessGate::maySubscribe(const api::Principal& who, std::string_view filter) const {
  const auto now = m_clock.now();
  if (const auto id = oneCar(filter)) {
    const auto car = carFor(who, *id);
    return car && m_rules->verdict(who, api::Action::subscribe, {&*car}, now) != RuleVerdict::denied;
  }
  if (!who.organisation().empty() && !filterMayConcern(filter, who.organisation())) return false;
  if (hasWildcard(filter)) return m_rules->mayAllowAnything(who, api::Action::subscribe, now);
  return m_rules->verdict(who, api::Action::subscribe, {nullptr, filter}, now) != RuleVerdict::denied;
}

std::string AccessGate::explainPublish(const api::Principal& who, std::string_view topic) const {
  const auto parsed = CarTopic::parse(topic);
  if (!parsed) {
    if (topic.starts_with('$'))
      return fmt::format("{} may not publish on {}: such topics are the gateway's", who.id, topic);
    const auto decision = m_rules->explain(who, api::Action::send, {nullptr, topic}, m_clock.now());
    return fmt::format("{} may not publish on {}: {}", who.id, topic, decision.explanation);
  }
  const auto car = carFor(who, parsed->car);
  if (!car) {
    return fmt::format("{} may not publish on {}: no car has the id \"{}\"; add it first", who.id, topic, parsed->car);
  }
  const auto decision = m_rules->explain(who, publishAction(parsed), {&*car, topic}, m_clock.now());
  return fmt::format("{} may not publish on {}: {}", who.id, topic, decision.explanation);
}

std::string AccessGate::explainSubscribe(const api::Principal& who, std::string_view filter) const {
  if (const auto id = oneCar(filter)) {
    const auto car = carFor(who, *id);
    if (!car) {
      return fmt::format("{} may not subscribe to {}: no car has the id \"{}\"", who.id, filter, *id);
    }
    const auto decision = m_rules->explain(who, api::Action::subscribe, {&*car, filter}, m_clock.now());
    return fmt::format("{} may not subscribe to {}: {}", who.id, filter, decision.explanation);
  }
  if (!who.organisation().empty() && !filterMayConcern(filter, who.organisation())) {
    return fmt::format("{} may not subscribe to {}: {} has its cars and what is below organisations/{}/", who.id,
                       filter, who.organisation(), who.organisation());
  }
  if (hasWildcard(filter)) {
    return fmt::format("{} may not subscribe to {}: no rule lets it subscribe to anything but itself", who.id, filter);
  }
  const auto decision = m_rules->explain(who, api::Action::subscribe, {nullptr, filter}, m_clock.now());
  return fmt::format("{} may not subscribe to {}: {}", who.id, filter, decision.explanation);
}

}  // namespace carport
