#include "gateway/server/mqtt/client_directory.h"

namespace carport {

std::optional<ClientDirectory::ShardIndex> ClientDirectory::claim(const ClientKey& key, ShardIndex shard) {
  std::lock_guard lock(m_mutex);
  const auto [entry, fresh] = m_sessions.try_emplace(key, shard);
  if (fresh) return std::nullopt;
  const auto before = entry->second;
  entry->second = shard;
  return before;
}

void ClientDirectory::release(const ClientKey& key, ShardIndex shard) {
  std::lock_guard lock(m_mutex);
  const auto entry = m_sessions.find(key);
  if (entry != m_sessions.end() && entry->second == shard) m_sessions.erase(entry);
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
