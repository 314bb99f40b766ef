#include "gateway/server/mqtt/retained_store.h"

#include "gateway/protocol/mqtt/topic.h"

#include <mutex>
#include <utility>

namespace carport {

void RetainedStore::load(std::vector<RetainedMessage> messages,
                         const std::function<PrincipalNumber(std::string_view topic)>& carOf) {
  std::unique_lock lock(m_mutex);
  for (auto& stored : messages) {
    auto message = std::make_shared<MqttMessage>();
    message->car = carOf(stored.topic);
    message->topic = std::move(stored.topic);
    message->payload = std::move(stored.payload);
    message->qos = stored.qos;
    message->retain = true;
    message->properties = std::move(stored.properties);
    message->expiresAt = stored.expiresAt;
    replace(message, fits(message->topic, message->bytes()));
  }
}

bool RetainedStore::fits(std::string_view topic, std::size_t bytes) const {
  const auto old = m_messages.find(topic);
  const std::size_t oldCount = old == m_messages.end() ? 0 : 1;
  const auto oldBytes = old == m_messages.end() ? 0 : old->second->bytes();
  return m_messages.size() - oldCount < m_limits.maxRetained && m_bytes - oldBytes + bytes <= m_limits.maxRetainedBytes;
}

void RetainedStore::replace(const MqttMessagePtr& message, bool isKept) {
  if (const auto old = m_messages.find(message->topic); old != m_messages.end()) {
    m_bytes -= old->second->bytes();
    m_messages.erase(old);
  }
  if (!isKept || message->payload.empty()) return;
  m_messages.emplace(message->topic, message);
  m_bytes += message->bytes();
}

RetainedStore::Kept RetainedStore::put(const MqttMessagePtr& message, const Append& append) {
  std::unique_lock lock(m_mutex);
  const bool isKept = message->payload.empty() || fits(message->topic, message->bytes());
  if (!append(isKept)) return Kept::busy;
  replace(message, isKept);
  return isKept ? Kept::yes : Kept::no;
}

bool RetainedStore::hasRoomFor(std::string_view topic, std::size_t bytes) const {
  std::shared_lock lock(m_mutex);
  return fits(topic, bytes);
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
