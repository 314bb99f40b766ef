#pragma once

#include "gateway/base/log.h"
#include "gateway/domain/credentials.h"
#include "gateway/domain/durable_log.h"
#include "gateway/domain/registry_store.h"
#include "gateway/server/control/control_port.h"
#include "gateway/server/control/registry_follower.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace carport {

/// Registers devices that sign in over MQTT with a provisioning key before anybody has heard of them. Owner: Control;
/// its thread.
class ProvisioningDesk {
 public:
  /// Most devices that are being registered at once; the next ones are told that the gateway is busy, and try again.
  static constexpr std::size_t kMaxUnderWay = 1000;

  ProvisioningDesk(DurableLog& durableLog, RegistryStore& store, RegistryFollower& follower, const SecretKey& key,
                   std::shared_ptr<ControlPort> port, Log log);

  /// Registers `id` where `password` (KEY.SECRET) lets it. Then `done`, whatever came of it: on success the registry in
  /// memory has the device, and the password is its secret; `isBusy` where it could not be tried. Who asked counts and
  /// logs that.
  void deviceWantsIn(const std::string& id, const std::string& password, const std::string& address,
                     std::function<void(bool isBusy)> done);

 private:
  DurableLog& m_durableLog;
  RegistryStore& m_store;
  RegistryFollower& m_follower;
  const SecretKey& m_key;
  std::shared_ptr<ControlPort> m_port;
  Log m_log;
  std::size_t m_underWay = 0;
};

}  // namespace carport
