#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/result.h"
#include "gateway/domain/registry.h"
#include "gateway/domain/registry_store.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <vector>

namespace carport {

/// Keeps the registry in memory up with the one on disk, whichever process changes it. Owner: Control; its thread
/// (load(): before the thread runs).
class RegistryFollower {
 public:
  /// Most polls out of turn in one second: whoever guesses ids and tokens must not keep the disk busy.
  static constexpr std::size_t kMaxPollsPerSecond = 20;
  /// Most who wait for the next poll; one more is answered without.
  static constexpr std::size_t kMaxWaiting = 4096;

  RegistryFollower(RegistryStore& store, Registry& registry, Log log);

  /// Called after the registry changed.
  void onChanged(std::function<void()> changed) { m_changed = std::move(changed); }

  Result<void> load();
  /// Takes over what changed since the last time; cheap where nothing did. A failure is logged once, not at every poll.
  void poll();
  /// Polls out of turn, because somebody is not known whom another process may just have written; does nothing and is
  /// false where that has happened too often in this second.
  bool pollNow(SteadyPoint now);
  /// Calls `afterPoll` after a poll: now, or the next one where there were too many.
  void pollSoon(SteadyPoint now, std::function<void()> afterPoll);

 private:
  void look();
  Result<bool> takeChanges();

  RegistryStore& m_store;
  Registry& m_registry;
  Log m_log;
  std::function<void()> m_changed;
  bool m_failing = false;
  SteadyPoint m_second{};  // when the second began in which pollNow() counts
  std::size_t m_pollsInSecond = 0;
  std::vector<std::function<void()>> m_waiting;
};

}  // namespace carport
