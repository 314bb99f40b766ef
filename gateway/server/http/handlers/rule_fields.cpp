#include "gateway/server/http/handlers/rule_fields.h"

#include <algorithm>
#include <utility>

namespace carport::handlers {

namespace {

using Kind = api::Selector::Kind;

constexpr std::size_t kMaxNamedBytes = 64;

tl::unexpected<Reply> wrong(std::string_view field, std::string_view sentence) {
  return refuse(replyWrongField(api::pointerTo(field), fmt::format("The field '{}' {}", field, sentence)));
}

/// Whom a selector names has to be there: a rule about nobody would wait for whoever gets that id one day.
Asked<void> checkNamed(const Call& call, const api::Rule& rule, std::string_view field, const api::Selector& selector) {
  const std::string named = selector.toString().substr(0, kMaxNamedBytes);
  const std::string value = selector.value.substr(0, kMaxNamedBytes);
  const std::string& organisation = rule.organisation;
  const auto missing = [&](std::string_view what) {
    return wrong(field, fmt::format("names {}, but there is no {} '{}'", named, what, value));
  };
  if (selector.kind == Kind::principal || selector.kind == Kind::group) {
    const auto found = call.registry().find(selector.value);
    const bool isGroup = found && found->type == api::PrincipalType::group;
    const bool isThere = selector.kind == Kind::principal ? found.has_value() : isGroup;
    const bool isReached =
        found && call.sees(*found) && (organisation.empty() || found->organisation() == organisation);
    if (!isThere || !isReached) return missing(selector.kind == Kind::group ? "group" : "principal");
  }
  if (selector.kind == Kind::role) {
    const auto role = call.registry().role(selector.value);
    if (!role || (!role->builtIn && role->organisation != organisation)) return missing("role");
  }
  if (selector.kind == Kind::organisation) {
    if (!organisation.empty()) return wrong(field, "names organisations; the rules of one speak of itself alone");
    if (selector.value != "*" && !call.registry().organisation(selector.value)) return missing("organisation");
  }
  return {};
}

/// A rule is tried for its own organisation alone, so that others would wait in vain.
Asked<void> checkWho(const Call& call, const api::Rule& rule) {
  if (rule.who.kind == Kind::topic) return wrong("who", "must say who acts; a topic does nothing");
  if (rule.who.kind == Kind::organisation) {
    return wrong("who", "names an organisation; its members are decided by its own rules alone");
  }
  if (rule.who.kind != Kind::principal && rule.who.kind != Kind::group) return {};
  const auto who = call.registry().find(rule.who.value);
  if (!who || who->organisation() == rule.organisation) return {};
  return wrong("who", fmt::format("names {}, whom the rules of its own organisation decide about", who->id));
}

/// Whether the caller knows the rule by this number: in an organisation its own ones by those of its own.
bool isMeant(const Call& call, const api::Rule& rule, std::int64_t number) {
  const std::string_view own = call.who().organisation();
  if (own.empty()) return rule.number.value == number;
  return rule.organisation == own && api::numberInOrganisation(rule) == number;
}

tl::unexpected<Reply> noOrganisation(const std::string& id) {
  return refuse(
      replyFailure(ErrorKind::notFound, fmt::format("There is no organisation '{}'", id.substr(0, kMaxNamedBytes))));
}

}  // namespace

Asked<void> demandRulesOf(const Call& call, const std::string& organisation) {
  const auto own = call.who().organisation();
  if (organisation.empty()) return call.demandHouse();
  if ((!own.empty() && own != organisation) || !call.registry().organisation(organisation)) {
    return noOrganisation(organisation);
  }
  // An organisation itself is no principal; what is all its own are the topics below its name.
  const std::string topic = "organisations/" + organisation;
  const auto rules = call.registry().rules();
  const auto decision = rules->decide(call.who(), api::Action::administer, Resource{nullptr, topic}, call.now());
  if (own.empty() && !decision.allowed && !decision.rule) return noOrganisation(organisation);
  return call.demand(api::Action::administer, Resource{nullptr, topic});
}

Asked<api::Rule> administeredRule(const Call& call, std::int64_t number) {
  const auto rules = call.registry().rules();
  const auto found = std::find_if(rules->rules().begin(), rules->rules().end(),
                                  [&](const api::Rule& rule) { return isMeant(call, rule, number); });
  const auto missing = [number] {
    return refuse(replyFailure(ErrorKind::notFound, fmt::format("There is no rule {}", number)));
  };
  // Who may administer nothing learns nothing, not even which rules there are.
  if (const auto allowed = call.demandAdministration(); !allowed) return refuse(allowed.error());
  if (found == rules->rules().end()) return missing();
  if (found->organisation == call.who().organisation()) return *found;
  if (!call.who().organisation().empty() || !demandRulesOf(call, found->organisation)) return missing();
  return *found;
}

Asked<api::Rule> readRule(const Call& call, const nlohmann::json& json, const api::Rule* existing) {
  api::FieldReader known(json);
  known.noOthers({"number", "organisation", "priority", "who", "about", "action", "command", "filter", "allow",
                  "validFrom", "expiresAt", "note", "builtIn", "revision"});
  if (const auto read = known.finish(); !read) return refuse(replyFailure(read.error()));
  Result<api::Rule> rule = api::fromJson<api::Rule>(json);
  if (!rule) return refuse(replyFailure(rule.error()));
  if (existing != nullptr) {
    if (json.contains("organisation") && rule->organisation != existing->organisation) {
      return wrong("organisation", "cannot be changed; make a new rule");
    }
    rule->organisation = existing->organisation;
    rule->number = existing->number;
    rule->builtIn = existing->builtIn;
  } else {
    if (rule->organisation.empty()) rule->organisation = call.who().organisation();
    rule->number = {};
    rule->builtIn = false;
  }
  if (const auto allowed = demandRulesOf(call, rule->organisation); !allowed) return refuse(allowed.error());
  for (const auto& [field, selector] : {std::pair("who", &rule->who), std::pair("about", &rule->about)}) {
    if (const auto known = checkNamed(call, *rule, field, *selector); !known) return refuse(known.error());
  }
  if (const auto acts = checkWho(call, *rule); !acts) return refuse(acts.error());
  // An expiry that it has had before is let be.
  const bool isOld = existing != nullptr && rule->expiresAt == existing->expiresAt;
  if (rule->expiresAt && *rule->expiresAt <= call.now() && !isOld) {
    return wrong("expiresAt", "lies in the past: the rule would do nothing");
  }
  return std::move(*rule);
}

}  // namespace carport::handlers
