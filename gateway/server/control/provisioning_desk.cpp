#include "gateway/server/control/provisioning_desk.h"

#include "gateway/domain/self_registration.h"

#include <fmt/format.h>

#include <utility>

namespace carport {

namespace {

/// The storage had no room or was not there: nothing was wrong with the device.
bool mayBeTriedAgain(ErrorKind kind) {
  return kind == ErrorKind::full || kind == ErrorKind::unavailable;
}

}  // namespace

ProvisioningDesk::ProvisioningDesk(DurableLog& durableLog, RegistryStore& store, RegistryFollower& follower,
                                   const SecretKey& key, std::shared_ptr<ControlPort> port, Log log)
    : m_durableLog(durableLog),
      m_store(store),
      m_follower(follower),
      m_key(key),
      m_port(std::move(port)),
      m_log(log.as("provisioning")) {}

void ProvisioningDesk::deviceWantsIn(const std::string& id, const std::string& password, const std::string& address,
                                     std::function<void(bool isBusy)> done) {
  const auto key = provisioningKeyIn(password);
  if (key.empty()) return done(false);
  if (m_underWay >= kMaxUnderWay) return done(true);
  // Read beside the writer: whoever tries keys costs it nothing.
  if (!m_store.provisioning().usableKey(hashToken(key))) return done(false);
  api::Principal device;
  device.id = id;
  auto registration = prepareSelfRegistration(key, password, std::move(device), m_key);
  if (!registration) return done(false);
  auto store = [change = selfRegistrationChange(std::move(*registration), m_key), id, address](RegistryStore& into) {
    const ActingAs acting(into, {id, {}, api::Door::mqtt, address});
    return change(into);
  };
  // The desk lives as long as the port is open, so `this` is good wherever the answer is run.
  auto answer = [this, port = m_port, id, done](const Result<void>& stored) {
    port->answer([this, id, done, stored] {
      --m_underWay;
      if (!stored) m_log.warning(fmt::format("Did not register {}", id), {{"reason", stored.error().message()}});
      m_follower.poll();
      done(!stored && mayBeTriedAgain(stored.error().kind()));
    });
  };
  ++m_underWay;
  if (m_durableLog.changeRegistry(std::move(store), std::move(answer))) return;
  --m_underWay;
  done(true);
}

}  // namespace carport
