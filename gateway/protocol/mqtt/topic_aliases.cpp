#include "gateway/protocol/mqtt/topic_aliases.h"

namespace carport::mqtt {

void ReceivedAliases::set(std::uint16_t alias, std::string_view topic) {
  if (alias > m_topics.size()) m_topics.resize(alias);
  m_topics[alias - 1u].assign(topic);
}

std::string_view ReceivedAliases::topic(std::uint16_t alias) const {
  return alias <= m_topics.size() ? std::string_view(m_topics[alias - 1u]) : std::string_view();
}

AssignedAliases::Use AssignedAliases::find(std::string_view topic) const {
  if (const auto known = m_aliases.find(topic); known != m_aliases.end()) return {known->second, false};
  if (m_aliases.size() >= m_maximum) return {};
  return {static_cast<std::uint16_t>(m_aliases.size() + 1), true};
}

void AssignedAliases::assign(std::string_view topic) {
  m_aliases.emplace(topic, static_cast<std::uint16_t>(m_aliases.size() + 1));
}

}  // namespace carport::mqtt
