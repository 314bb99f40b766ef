#include "gateway/server/http/topic_decision.h"

#include "gateway/domain/access_sentences.h"
#include "gateway/domain/car_topics.h"
#include "gateway/domain/organisation_topics.h"
#include "gateway/protocol/mqtt/topic.h"
#include "gateway/server/http/known_to.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

namespace carport {

namespace {

using api::Action;

/// The id in `cars/{id}/…` where a filter stays below one car.
std::optional<std::string_view> carOfFilter(std::string_view filter) {
  constexpr std::string_view kPrefix = "cars/";
  if (!filter.starts_with(kPrefix)) return std::nullopt;
  filter.remove_prefix(kPrefix.size());
  const auto slash = filter.find('/');
  if (slash == 0 || slash == std::string_view::npos) return std::nullopt;
  const auto id = filter.substr(0, slash);
  return mqtt::hasWildcard(id) ? std::nullopt : std::optional(id);
}

std::string_view verb(Action action) {
  if (action == Action::subscribe) return "subscribe to";
  return action == Action::send || action == Action::command ? "publish on" : "act on";
}

api::Decision told(bool allowed, const api::Principal& who, Action action, std::string_view topic,
                   std::string_view reason) {
  api::Decision decision;
  decision.allowed = allowed;
  decision.explanation = fmt::format("{} {} {} the topic {}, because {}.", displayName(who),
                                     allowed ? "may" : "may not", verb(action), topic, reason);
  return decision;
}

/// Who asks about whom.
struct Asking {
  const Registry& registry;
  const api::Principal& asker;
  const api::Principal& who;
  TimePoint now;
};

api::Decision decideAboutCar(const Asking& asking, Action action, std::string_view topic, std::string_view id) {
  const auto& [registry, asker, who, now] = asking;
  const auto car = registry.find(id);
  const auto rules = registry.rules();
  const auto knows = [&](const api::Principal& one) { return isKnownTo(*rules, one, *car, asking.now); };
  // Another organisation's car is to nobody different from one that is not there.
  if (car && car->type == api::PrincipalType::device && (knows(who) || knows(asker))) {
    return rules->explain(who, action, Resource{&*car, topic}, now);
  }
  return told(false, who, action, topic, fmt::format("no car has the id {}", id));
}

api::Decision decideSubscription(const Asking& asking, std::string_view filter) {
  const auto& [registry, asker, who, now] = asking;
  if (const auto id = carOfFilter(filter)) return decideAboutCar(asking, Action::subscribe, filter, *id);
  const auto rules = registry.rules();
  if (!mqtt::hasWildcard(filter)) return rules->explain(who, Action::subscribe, Resource{nullptr, filter}, now);
  if (who.blocked) return told(false, who, Action::subscribe, filter, displayName(who) + " is blocked");
  if (!who.organisation().empty() && !filterMayConcern(filter, who.organisation())) {
    return told(
        false, who, Action::subscribe, filter,
        fmt::format("{} has its cars and what is below organisations/{}/", who.organisation(), who.organisation()));
  }
  if (rules->mayAllowAnything(who, Action::subscribe, now)) {
    return told(true, who, Action::subscribe, filter,
                "the rules let through some of it; each message is then decided for its own car or topic");
  }
  return told(false, who, Action::subscribe, filter, "no rule lets it subscribe to anything but itself");
}

}  // namespace

Result<api::Decision> decideAboutTopic(const Registry& registry, const api::Principal& asker, const api::Principal& who,
                                       Action action, std::string_view topic, TimePoint now) {
  const Asking asking{registry, asker, who, now};
  if (action == Action::subscribe) {
    if (const auto wellFormed = mqtt::checkTopicFilter(topic); !wellFormed) return failFrom(wellFormed);
    const auto shared = mqtt::parseSharedFilter(topic);
    if (!shared) return failFrom(shared);
    // A shared subscription is allowed where an ordinary one would be.
    return decideSubscription(asking, *shared ? (*shared)->filter : topic);
  }
  if (const auto wellFormed = mqtt::checkTopicName(topic); !wellFormed) return failFrom(wellFormed);
  const bool publishes = action == Action::send || action == Action::command;
  const auto parsed = CarTopic::parse(topic);
  if (publishes) action = parsed && parsed->kind == CarTopicKind::command ? Action::command : Action::send;
  if (parsed) return decideAboutCar(asking, action, topic, parsed->car);
  if (publishes && topic.starts_with('$')) {  // the server's own (MQTT 3.1.1 §4.7.2)
    return told(false, who, action, topic, "topics that begin with $ are the gateway's own");
  }
  return registry.rules()->explain(who, action, Resource{nullptr, topic}, now);
}

}  // namespace carport
