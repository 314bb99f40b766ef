#include "gateway/server/mqtt/retained_store.h"

#include "gateway/protocol/mqtt/topic.h"

#include <mutex>
#include <utility>

namespace carport {

void RetainedStore::load(std::vector<RetainedMessage> messages,
                         const std::function<PrincipalNumber(std::string_view topic)>& carOf) {
  for (auto& message : messages) {
    const auto car = carOf(message.topic);
    put(std::make_shared<const MqttMessage>(
        MqttMessage{std::move(message.topic), std::move(message.payload), message.qos, true, car}));
  }
}

void RetainedStore::takeAway(std::string_view topic) {
  const auto entry = m_messages.find(topic);
  if (entry == m_messages.end()) return;
  m_bytes -= entry->second->topic.size() + entry->second->payload.size();
  m_messages.erase(entry);
}

bool RetainedStore::put(const MqttMessagePtr& message) {
  std::unique_lock lock(m_mutex);
  takeAway(message->topic);
  if (message->payload.empty()) return true;
  const auto bytes = message->topic.size() + message->payload.size();
  if (m_messages.size() >= m_limits.maxRetained || m_bytes + bytes > m_limits.maxRetainedBytes) return false;
  m_messages.emplace(message->topic, message);
  m_bytes += bytes;
  return true;
}

std::vector<MqttMessagePtr> RetainedStore::matching(std::string_view filter) const {
  std::vector<MqttMessagePtr> found;
  std::shared_lock lock(m_mutex);
  if (!mqtt::hasWildcard(filter)) {
    if (const auto entry = m_messages.find(filter); entry != m_messages.end()) found.push_back(entry->second);
    return found;
  }
  // What stands before the first wildcard stands before every topic that can match: only that stretch is looked at.
  // "a/#" also matches "a", so the last slash does not belong to the prefix.
  auto prefix = filter.substr(0, filter.find_first_of("+#"));
  if (prefix.ends_with('/')) prefix.remove_suffix(1);
  for (auto entry = m_messages.lower_bound(prefix); entry != m_messages.end() && entry->first.starts_with(prefix);
       ++entry) {
    if (mqtt::matches(filter, entry->first)) found.push_back(entry->second);
  }
  return found;
}

}  // namespace carport
