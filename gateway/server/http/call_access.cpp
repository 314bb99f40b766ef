// The part of Call that asks the rules.
#include "gateway/api/enum_names.h"
#include "gateway/domain/command_access.h"
#include "gateway/server/http/call.h"
#include "gateway/server/http/known_to.h"

namespace carport {

namespace {

constexpr std::size_t kMaxNamedBytes = 64;

Reply noCar(const std::string& id) {
  return replyFailure(ErrorKind::notFound, fmt::format("There is no car '{}'", id.substr(0, kMaxNamedBytes)));
}

/// What is there, but not for the caller: he is told what he would be told of nothing; the audit log is told more.
Reply concealed(Reply reply) {
  reply.concealed = true;
  return reply;
}

/// What is of another organisation, and what no rule speaks of there, is to the caller as if it were not.
bool isHidden(const api::Principal& who, const Resource& about, const api::Decision& decision) {
  return about.organisation() != who.organisation() && !decision.rule;
}

}  // namespace

Reply Call::nobody(const std::string& id) {
  return replyFailure(ErrorKind::notFound, fmt::format("There is nobody called '{}'", id.substr(0, kMaxNamedBytes)));
}

bool Call::may(api::Action action, const api::Principal& about) const {
  return registry().rules()->allows(who(), action, Resource{&about}, now());
}

bool Call::sees(const api::Principal& other) const {
  return who().organisation().empty() || other.organisation() == who().organisation();
}

bool Call::knowsOf(const api::Principal& other) const {
  return isKnownTo(*registry().rules(), who(), other, now());
}

Asked<void> Call::demand(api::Action action, const Resource& about) const {
  const api::Decision decision = registry().rules()->decide(who(), action, about, now());
  if (decision.allowed) return {};
  if (about.principal != nullptr && isHidden(who(), about, decision)) {
    return refuse(concealed(about.principal->type == api::PrincipalType::device ? noCar(about.principal->id)
                                                                                : nobody(about.principal->id)));
  }
  const bool isOneself = about.principal != nullptr && about.principal->number == who().number;
  const std::string what = isOneself                    ? std::string("this gateway")
                           : about.principal != nullptr ? about.principal->id
                                                        : std::string(about.topic);
  const std::optional<std::int64_t> rule =
      decision.rule ? std::optional(api::numberInOrganisation(*decision.rule)) : std::nullopt;
  const std::string why = rule ? fmt::format("rule {} forbids it", *rule) : std::string("no rule allows it");
  return refuse(replyDenied(
      fmt::format("{} may not {} {}: {}; ask an administrator", who().id, api::nameOf(action), what, why), rule));
}

Asked<void> Call::demandCommand(const api::Principal& car, std::string_view name, std::string_view arguments) const {
  const std::string payload = commandSeenByFilters(name, arguments);
  return demand(api::Action::command, Resource{&car, {}, name, payload});
}

Asked<void> Call::demandHouse() const {
  if (!who().organisation().empty()) {
    return refuse(replyDenied(fmt::format("{} may not do this: it is about the whole gateway, not {} alone; ask those "
                                          "who run the gateway",
                                          who().id, who().organisation()),
                              std::nullopt));
  }
  return demandAdministration();
}

Asked<api::Principal> Call::knownCar(const std::string& id) const {
  auto found = registry().find(id);
  if (!found || found->type != api::PrincipalType::device) return refuse(noCar(id));
  if (!knowsOf(*found)) return refuse(concealed(noCar(id)));
  return std::move(*found);
}

Asked<api::Principal> Call::car(const std::string& id, api::Action action, Resource message) const {
  auto found = knownCar(id);
  if (!found) return found;
  message.principal = &*found;
  if (const auto allowed = demand(action, message); !allowed) return refuse(allowed.error());
  return found;
}

Asked<PrincipalRecord> Call::record(const std::string& id) const {
  auto found = registry().record(id);
  if (!found) return refuse(nobody(id));
  if (!knowsOf(found->principal)) return refuse(concealed(nobody(id)));
  return std::move(*found);
}

}  // namespace carport
