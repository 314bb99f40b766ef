#include "gateway/domain/self_registration.h"

#include "gateway/base/base_errc.h"

#include <fmt/format.h>

#include <utility>

namespace carport {

std::string_view provisioningKeyIn(std::string_view password) {
  if (!password.starts_with(kProvisioningKeyPrefix)) return {};
  const std::size_t dot = password.find('.');
  if (dot == std::string_view::npos || password.size() - dot - 1 < kMinDeviceSecretChars) return {};
  return password.substr(0, dot);
}

Result<SelfRegistration> prepareSelfRegistration(std::string_view key, std::string secret, api::Principal device,
                                                 const SecretKey& secretKey) {
  if (!api::isValidPrincipalId(device.id)) {
    return fail(BaseErrc::invalidArgument, fmt::format("An id has 1 to {} of A-Z a-z 0-9 . _ - @ and does not start "
                                                       "with a dot",
                                                       api::kMaxPrincipalIdBytes));
  }
  const auto hashed = hashDeviceSecret(secret, secretKey);
  if (!hashed) return failFrom(hashed);
  SelfRegistration registration;
  registration.keyHash = hashToken(key);
  registration.secret = std::move(secret);
  registration.device = std::make_shared<PrincipalRecord>();
  registration.device->principal = std::move(device);
  registration.device->principal.type = api::PrincipalType::device;
  registration.device->secret = *hashed;
  return registration;
}

DurableLog::RegistryChange selfRegistrationChange(SelfRegistration registration, const SecretKey& secretKey) {
  return [registration = std::move(registration), secretKey](RegistryStore& store) -> Result<void> {
    const auto isSame = [&](const PrincipalRecord& known) {
      return known.secret && verifyDeviceSecret(registration.secret, *known.secret, secretKey);
    };
    auto added = store.provisioning().provision(registration.keyHash, *registration.device, isSame);
    if (!added) return failFrom(added);
    *registration.device = std::move(*added);
    return {};
  };
}

}  // namespace carport
