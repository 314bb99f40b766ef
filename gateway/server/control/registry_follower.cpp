#include "gateway/server/control/registry_follower.h"

#include <utility>

namespace carport {

RegistryFollower::RegistryFollower(RegistryStore& store, Registry& registry, Log log)
    : m_store(store), m_registry(registry), m_log(std::move(log)) {}

Result<void> RegistryFollower::load() {
  Result<RegistrySnapshot> snapshot = m_store.load();
  if (!snapshot) return failFrom(snapshot);
  m_registry.reset(std::move(*snapshot));
  return {};
}

void RegistryFollower::poll() {
  look();
  for (const auto& afterPoll : std::exchange(m_waiting, {})) afterPoll();
}

bool RegistryFollower::pollNow(SteadyPoint now) {
  if (now - m_second >= std::chrono::seconds(1)) {
    m_second = now;
    m_pollsInSecond = 0;
  }
  if (m_pollsInSecond >= kMaxPollsPerSecond) return false;
  ++m_pollsInSecond;
  poll();
  return true;
}

void RegistryFollower::pollSoon(SteadyPoint now, std::function<void()> afterPoll) {
  if (pollNow(now) || m_waiting.size() >= kMaxWaiting) return afterPoll();
  m_waiting.push_back(std::move(afterPoll));
}

void RegistryFollower::look() {
  const Result<bool> changed = takeChanges();
  if (!changed) {
    if (!m_failing) m_log.error("cannot read the registry; changes wait", {{"reason", changed.error().message()}});
    m_failing = true;
    return;
  }
  if (m_failing) m_log.info("the registry can be read again");
  m_failing = false;
  if (*changed && m_changed) m_changed();
}

Result<bool> RegistryFollower::takeChanges() {
  const std::int64_t before = m_registry.sequence();
  Result<RegistryChanges> changes = m_store.changesSince(before);
  if (!changes) return failFrom(changes);
  if (changes->reloadEverything) {
    const Result<void> loaded = load();
    if (!loaded) return failFrom(loaded);
    return true;
  }
  if (changes->sequence == before) return false;
  m_registry.apply(*changes);
  return true;
}

}  // namespace carport
