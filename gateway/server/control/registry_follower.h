#pragma once

#include "gateway/base/log.h"
#include "gateway/base/result.h"
#include "gateway/domain/registry.h"
#include "gateway/domain/registry_store.h"

#include <functional>

namespace carport {

/// Keeps the registry in memory up with the one on disk, whichever process changes it. Owner: Control; its thread
/// (load(): before the thread runs).
class RegistryFollower {
 public:
  RegistryFollower(RegistryStore& store, Registry& registry, Log log);

  /// Called after the registry changed.
  void onChanged(std::function<void()> changed) { m_changed = std::move(changed); }

  Result<void> load();
  /// Takes over what changed since the last time; cheap where nothing did. A failure is logged once, not at every poll.
  void poll();

 private:
  Result<bool> takeChanges();

  RegistryStore& m_store;
  Registry& m_registry;
  Log m_log;
  std::function<void()> m_changed;
  bool m_failing = false;
};

}  // namespace carport
