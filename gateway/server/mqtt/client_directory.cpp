#include "gateway/server/mqtt/client_directory.h"

#include <utility>

namespace carport {

ClientDirectory::Turn ClientDirectory::claim(const ClientKey& key, ShardIndex shard) {
  std::lock_guard lock(m_mutex);
  const Claim mine{++m_lastClaim, shard};
  const auto [entry, fresh] = m_claims.try_emplace(key, mine);
  if (fresh) return {mine, std::nullopt};
  return {mine, std::exchange(entry->second, mine)};
}

void ClientDirectory::release(const ClientKey& key, std::uint64_t claim) {
  std::lock_guard lock(m_mutex);
  const auto entry = m_claims.find(key);
  if (entry != m_claims.end() && entry->second.number == claim) m_claims.erase(entry);
}

void ClientDirectory::sessionWentAway(PrincipalNumber principal) {
  std::lock_guard lock(m_mutex);
  ++m_sessionsAway[principal];
}

void ClientDirectory::sessionCameBack(PrincipalNumber principal) {
  std::lock_guard lock(m_mutex);
  const auto entry = m_sessionsAway.find(principal);
  if (entry != m_sessionsAway.end() && --entry->second == 0) m_sessionsAway.erase(entry);
}

std::size_t ClientDirectory::sessionsAway(PrincipalNumber principal) const {
  std::lock_guard lock(m_mutex);
  const auto entry = m_sessionsAway.find(principal);
  return entry == m_sessionsAway.end() ? 0 : entry->second;
}

void ClientDirectory::carCame(PrincipalNumber car, const std::function<void()>& first) {
  std::lock_guard lock(m_mutex);
  if (++m_carConnections[car] == 1) first();
}

void ClientDirectory::carLeft(PrincipalNumber car, const std::function<void()>& last) {
  std::lock_guard lock(m_mutex);
  const auto entry = m_carConnections.find(car);
  if (entry == m_carConnections.end() || --entry->second > 0) return;
  m_carConnections.erase(entry);
  m_commandHomes.erase(car);
  last();
}

void ClientDirectory::setCommandHome(PrincipalNumber car, ShardIndex shard) {
  std::lock_guard lock(m_mutex);
  m_commandHomes[car] = shard;
}

std::optional<ClientDirectory::ShardIndex> ClientDirectory::commandHome(PrincipalNumber car) const {
  std::lock_guard lock(m_mutex);
  const auto entry = m_commandHomes.find(car);
  return entry == m_commandHomes.end() ? std::nullopt : std::optional(entry->second);
}

}  // namespace carport
