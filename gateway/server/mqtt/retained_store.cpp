#include "gateway/server/mqtt/retained_store.h"

#include "gateway/protocol/mqtt/topic.h"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <utility>

namespace carport {

void RetainedStore::load(std::vector<RetainedMessage> messages,
                         const std::function<Owner(std::string_view topic)>& ownerOf) {
  std::unique_lock lock(m_mutex);
  for (auto& stored : messages) {
    auto message = std::make_shared<MqttMessage>();
    const Owner owner = ownerOf(stored.topic);
    message->car = owner.car;
    message->organisationBytes = owner.organisationBytes;
    message->topic = std::move(stored.topic);
    message->payload = std::move(stored.payload);
    message->qos = stored.qos;
    message->retain = true;
    message->properties = std::move(stored.properties);
    message->expiresAt = stored.expiresAt;
    // The storage gives them in order, so that a million find their places without being looked for.
    const bool isLast = m_messages.empty() || m_messages.rbegin()->first < message->topic;
    if (!isLast) {
      replace(message, fits(message->topic, message->organisation(), message->bytes()));
    } else if (fits(nullptr, message->organisation(), message->bytes())) {
      count(*message);
      m_messages.emplace_hint(m_messages.end(), message->topic, message);
    }
  }
}

bool RetainedStore::fits(std::string_view topic, std::string_view organisation, std::size_t bytes) const {
  const auto old = m_messages.find(topic);
  return fits(old == m_messages.end() ? nullptr : old->second.get(), organisation, bytes);
}

bool RetainedStore::fits(const MqttMessage* old, std::string_view organisation, std::size_t bytes) const {
  if (!fits(m_use, old, bytes, 1)) return false;
  if (organisation.empty()) return true;
  // A topic's organisation never changes but with the registry; an old message that was counted elsewhere frees
  // nothing.
  const bool isOwn = old && old->organisation() == organisation;
  const auto use = m_useOf.find(organisation);
  return fits(use == m_useOf.end() ? Use{} : use->second, isOwn ? old : nullptr, bytes, kRetainedShares);
}

bool RetainedStore::fits(const Use& use, const MqttMessage* old, std::size_t bytes, std::size_t shares) const {
  return use.messages - (old ? 1 : 0) < m_limits.maxRetained / shares &&
         use.bytes - (old ? old->bytes() : 0) + bytes <= m_limits.maxRetainedBytes / shares;
}

void RetainedStore::count(const MqttMessage& message) {
  const auto add = [&](Use& use) {
    ++use.messages;
    use.bytes += message.bytes();
  };
  add(m_use);
  if (message.organisationBytes > 0) add(m_useOf[std::string(message.organisation())]);
}

void RetainedStore::uncount(const MqttMessage& message) {
  const auto take = [&](Use& use) {
    --use.messages;
    use.bytes -= message.bytes();
  };
  take(m_use);
  const auto use = m_useOf.find(message.organisation());
  if (use == m_useOf.end()) return;
  take(use->second);
  if (use->second.messages == 0) m_useOf.erase(use);
}

void RetainedStore::replace(const MqttMessagePtr& message, bool isKept) {
  if (const auto old = m_messages.find(message->topic); old != m_messages.end()) {
    uncount(*old->second);
    m_messages.erase(old);
  }
  if (!isKept || message->payload.empty()) return;
  m_messages.emplace(message->topic, message);
  count(*message);
}

RetainedStore::Kept RetainedStore::put(const MqttMessagePtr& message, const Append& append) {
  std::unique_lock lock(m_mutex);
  const bool isKept = message->payload.empty() || fits(message->topic, message->organisation(), message->bytes());
  if (!append(isKept)) return Kept::busy;
  replace(message, isKept);
  return isKept ? Kept::yes : Kept::no;
}

bool RetainedStore::hasRoomFor(std::string_view topic, std::string_view organisation, std::size_t bytes) const {
  std::shared_lock lock(m_mutex);
  return fits(topic, organisation, bytes);
}

bool RetainedStore::read(std::string_view filter, std::string& after, const Portion& portion,
                         std::vector<MqttMessagePtr>& found) const {
  std::shared_lock lock(m_mutex);
  if (!mqtt::hasWildcard(filter)) {
    if (const auto entry = m_messages.find(filter); entry != m_messages.end()) found.push_back(entry->second);
    return false;
  }
  // What stands before the first wildcard stands before every topic that can match: only that stretch is looked at.
  // "a/#" also matches "a", so the last slash does not belong to the prefix.
  auto prefix = filter.substr(0, filter.find_first_of("+#"));
  if (prefix.ends_with('/')) prefix.remove_suffix(1);
  const auto full = found.size() + std::min(portion.messages, SIZE_MAX - found.size());
  auto entry = after.empty() ? m_messages.lower_bound(prefix) : m_messages.upper_bound(after);
  for (std::size_t lookedAt = 0; entry != m_messages.end() && entry->first.starts_with(prefix); ++entry, ++lookedAt) {
    if (lookedAt >= portion.lookedAt || found.size() >= full) {
      after = std::prev(entry)->first;
      return true;
    }
    if (mqtt::matches(filter, entry->first)) found.push_back(entry->second);
  }
  return false;
}

std::size_t RetainedStore::size() const {
  std::shared_lock lock(m_mutex);
  return m_messages.size();
}

}  // namespace carport
