#include "gateway/server/nitrogen/permission_rights.h"

#include "gateway/server/nitrogen/permission_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace carport::nitrogen {

namespace {

using Kind = api::Selector::Kind;

tl::unexpected<NitrogenReply> forbidden(std::string_view sentence) {
  return nitrogenRefuse(nitrogenFailure(http::status::forbidden, sentence));
}

/// The one principal or group that a rule is about; empty where it is about others, or about more.
std::string aboutOf(const api::Rule& rule) {
  if (rule.about.kind == Kind::principal || rule.about.kind == Kind::group) return rule.about.value;
  const bool isOneAboutHimself = rule.about.kind == Kind::self && rule.who.kind == Kind::principal;
  return isOneAboutHimself ? rule.who.value : std::string();
}

}  // namespace

PermissionRights::PermissionRights(const NitrogenCall& call)
    : m_call(call), m_administersGateway(call.rights().mayAdministerGateway(call.who())) {}

bool PermissionRights::mayChange(const api::Rule& rule) const {
  if (m_call.who().organisation() != rule.organisation) return false;
  if (m_administersGateway) return true;
  const std::string id = rule.builtIn ? std::string() : aboutOf(rule);
  const auto about = id.empty() ? std::nullopt : m_call.registry().find(id);
  return about && m_call.mayAdminister(*about);
}

bool PermissionRights::maySee(const api::Rule& rule) const {
  const bool isIssuedToCaller = rule.who.kind == Kind::principal && rule.who.value == m_call.who().id;
  return isIssuedToCaller || mayChange(rule);
}

NitrogenAsked<void> PermissionRights::demand(const api::Rule& rule, const api::Rule* before) const {
  if (m_administersGateway) return {};
  if (const auto own = demandOwn(rule); !own) return own;
  const bool isSameSubject = before != nullptr && aboutOf(*before) == aboutOf(rule);
  return isSameSubject ? NitrogenAsked<void>() : demandRoom(rule);
}

NitrogenAsked<void> PermissionRights::demandOwn(const api::Rule& rule) const {
  const std::string id = aboutOf(rule);
  if (id.empty()) return forbidden("Only who administers the gateway makes permissions about everybody");
  const auto about = m_call.registry().find(id);
  if (!about || !m_call.mayAdminister(*about)) {
    return forbidden("You may not administer the principal that this permission is for");
  }
  if (rule.priority < kFirstOwnPriority) {
    return forbidden(
        fmt::format("Your own permissions stand behind the fleet's: at priority {} or more", kFirstOwnPriority));
  }
  // To administer oneself means to administer the gateway. So nobody may be given more than one, one by one, who is
  // somebody else. What is about oneself gives that to nobody, and everything else of one's own.
  const bool isAboutHimself = rule.about.kind == Kind::self;
  const bool isStrong = (!rule.action && !isAboutHimself) || rule.action == api::Action::administer ||
                        rule.action == api::Action::impersonate;
  const bool isOneForOther = rule.who.kind == Kind::principal && rule.about.kind == Kind::principal;
  if (!rule.allow || !isStrong || isOneForOther) return {};
  return forbidden(
      "A permission for everything, to administer or to impersonate is given to one principal about another one");
}

NitrogenAsked<void> PermissionRights::demandRoom(const api::Rule& rule) const {
  const std::string id = aboutOf(rule);
  const auto rules = m_call.registry().rules();
  const auto all = rules->rules(rule.organisation);
  const auto there = std::count_if(all.begin(), all.end(), [&](const api::Rule& one) { return aboutOf(one) == id; });
  if (static_cast<std::size_t>(there) < kMaxAboutOne) return {};
  return nitrogenRefuse(
      nitrogenFailure(http::status::too_many_requests,
                      fmt::format("There are {} permissions about this principal; remove some first", there)));
}

}  // namespace carport::nitrogen
