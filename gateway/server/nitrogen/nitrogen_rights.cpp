#include "gateway/server/nitrogen/nitrogen_rights.h"

#include <algorithm>

namespace carport {

bool NitrogenRights::may(const api::Principal& who, api::Action action, const api::Principal& about) const {
  const api::Decision decision = m_registry.rules()->decide(who, action, Resource{&about, {}}, m_now);
  if (decision.allowed || decision.rule) return decision.allowed;
  const bool isCustomary =
      action == api::Action::view || action == api::Action::subscribe || action == api::Action::send;
  return isCustomary && who.number == about.number && !who.blocked;
}

bool NitrogenRights::maySend(const api::Principal& who, const api::Principal& about, std::string_view type,
                             const nlohmann::json& document) const {
  Resource resource{&about, {}, type};
  resource.document = &document;
  return m_registry.rules()->allows(who, api::Action::command, resource, m_now);
}

bool NitrogenRights::mayAdminister(const api::Principal& who, const api::Principal& about, bool hasProfile) const {
  const api::Decision decision = m_registry.rules()->decide(who, api::Action::administer, Resource{&about, {}}, m_now);
  if (decision.allowed || decision.rule) return decision.allowed;
  return who.number == about.number && hasProfile && !who.blocked;
}

bool NitrogenRights::mayAdministerGateway(const api::Principal& who) const {
  return m_registry.rules()->decide(who, api::Action::administer, Resource{&who, {}}, m_now).allowed;
}

RuleVerdict NitrogenRights::sight(const api::Principal& who, PrincipalNumber from, PrincipalNumber to) const {
  if (who.blocked) return RuleVerdict::denied;
  if (from == who.number || to == who.number) return RuleVerdict::allowed;
  if (to) {
    const auto receiver = m_registry.find(to);
    const bool isMember = receiver && receiver->type == api::PrincipalType::group &&
                          std::find(who.groups.begin(), who.groups.end(), receiver->id) != who.groups.end();
    if (isMember) return RuleVerdict::allowed;
  }
  const auto sender = m_registry.find(from);
  if (!sender) return RuleVerdict::denied;
  return m_registry.rules()->verdict(who, api::Action::subscribe, Resource{&*sender, {}}, m_now);
}

bool NitrogenRights::maySee(const api::Principal& who, PrincipalNumber from, PrincipalNumber to,
                            const nlohmann::json& document) const {
  const RuleVerdict verdict = sight(who, from, to);
  if (verdict != RuleVerdict::depends) return verdict == RuleVerdict::allowed;
  const auto sender = m_registry.find(from);
  Resource resource{sender ? &*sender : nullptr, {}};
  resource.document = &document;
  return sender && m_registry.rules()->allows(who, api::Action::subscribe, resource, m_now);
}

}  // namespace carport
