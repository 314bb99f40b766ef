#include "gateway/server/control/view_filter.h"

#include "gateway/domain/car_topics.h"

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
  m_mayViewAnything = m_who && m_rules->mayAllowAnything(*m_who, api::Action::view, now);
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

template <class Ask>
bool ViewFilter::askAbout(std::string_view topic, const Ask& ask) const {
  if (!m_who || m_who->blocked) return false;
  const auto parsed = CarTopic::parse(topic);
  const auto car = parsed ? m_registry.find(parsed->car) : std::nullopt;
  return ask(Resource{car ? &*car : nullptr, topic});
}

bool ViewFilter::mayReceive(std::string_view topic, std::string_view payload) const {
  return askAbout(topic, [&](Resource about) {
    about.payload = payload;
    return m_rules->allows(*m_who, api::Action::subscribe, about, m_clock.now());
  });
}

bool ViewFilter::mayReceiveAll(std::string_view topic) const {
  return askAbout(topic, [&](const Resource& about) {
    return m_rules->verdict(*m_who, api::Action::subscribe, about, m_clock.now()) == RuleVerdict::allowed;
  });
}

bool ViewFilter::mayAdminister() const {
  return m_who && m_who->organisation().empty() &&
         m_rules->allows(*m_who, api::Action::administer, Resource{&*m_who, {}}, m_clock.now());
}

}  // namespace carport
