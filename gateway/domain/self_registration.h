#pragma once

#include "gateway/domain/credentials.h"
#include "gateway/domain/durable_log.h"
#include "gateway/domain/registry_store.h"

#include <memory>
#include <string>
#include <string_view>

namespace carport {

/// A device that registers itself with a provisioning key.
struct SelfRegistration {
  KeyHash keyHash{};
  std::string secret;                       ///< with which it signs in from then on
  std::shared_ptr<PrincipalRecord> device;  ///< id and name in; as it is stored out
};

/// The provisioning key in a password of the form KEY.SECRET, with which a device may connect over MQTT before anybody
/// has heard of it (the whole password is its secret from then on); empty where the password is none such.
std::string_view provisioningKeyIn(std::string_view password);

/// Makes it ready: checks the id and hashes the secret. Fails with a sentence where one of them cannot be.
Result<SelfRegistration> prepareSelfRegistration(std::string_view key, std::string secret, api::Principal device,
                                                 const SecretKey& secretKey);

/// Stores it, for DurableLog::changeRegistry. A device that is there with the same secret already is answered as if it
/// were new: it may not have heard the first answer.
DurableLog::RegistryChange selfRegistrationChange(SelfRegistration registration, const SecretKey& secretKey);

}  // namespace carport
