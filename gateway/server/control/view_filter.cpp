#include "gateway/server/control/view_filter.h"

namespace carport {

ViewFilter::ViewFilter(const Registry& registry, const Clock& clock, const api::Principal& viewer)
    : m_registry(registry), m_clock(clock), m_viewer(viewer.number), m_scope(viewer.scope) {
  refresh();
}

bool ViewFilter::refresh() {
  const TimePoint now = m_clock.now();
  const std::uint64_t version = m_registry.version();
  if (m_rules && version == m_version && (!m_validUntil || now < *m_validUntil)) return false;
  m_version = version;
  m_rules = m_registry.rules();
  m_validUntil = m_rules->nextChange(now);
  m_who = m_registry.find(m_viewer);
  if (m_who) m_who->scope = m_scope;
  m_decisions.clear();
  return true;
}

bool ViewFilter::mayView(PrincipalNumber car) {
  if (const auto known = m_decisions.find(car); known != m_decisions.end()) return known->second;
  const auto about = m_registry.find(car);
  const bool allowed = m_who && !m_who->blocked && about && about->type == api::PrincipalType::device &&
                       m_rules->decide(*m_who, api::Action::view, Resource{&*about, {}}, m_clock.now()).allowed;
  m_decisions.emplace(car, allowed);
  return allowed;
}

bool ViewFilter::mayAdminister() const {
  return m_who && m_who->organisation().empty() &&
         m_rules->allows(*m_who, api::Action::administer, Resource{&*m_who, {}}, m_clock.now());
}

}  // namespace carport
