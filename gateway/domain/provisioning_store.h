#pragma once

#include "gateway/api/provisioning.h"
#include "gateway/base/result.h"
#include "gateway/base/strong_id.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace carport {

struct PrincipalRecord;

/// BLAKE2b-256 of a key's or a code's text.
using KeyHash = std::array<std::uint8_t, 32>;

/// Port: the keys by which devices register themselves, and the codes by which cars are claimed. Part of a
/// RegistryStore, with its rules about threads and blocking. Implemented by storage.
class ProvisioningStore {
 public:
  /// Most provisioning keys, and most open claim codes, that are kept; one more is refused.
  static constexpr std::size_t kMaxKeys = 1000;
  static constexpr std::size_t kMaxClaimCodes = 100'000;
  /// The same of one organisation, so that none takes them all.
  static constexpr std::size_t kMaxKeysOfOrganisation = 100;
  static constexpr std::size_t kMaxClaimCodesOfOrganisation = 25'000;

  using SameDevice = std::function<bool(const PrincipalRecord&)>;

  virtual ~ProvisioningStore() = default;

  /// By number.
  virtual Result<std::vector<api::ProvisioningKey>> provisioningKeys() = 0;
  /// Number and time are filled in. StorageErrc::notFound where its organisation or group is not there.
  virtual Result<api::ProvisioningKey> addProvisioningKey(api::ProvisioningKey key, const KeyHash& hash) = 0;
  virtual Result<void> removeProvisioningKey(std::int64_t number) = 0;
  /// The key, where it may still register a device: StorageErrc::notFound where there is none or it has expired,
  /// StorageErrc::exists where its quota is used up. Cheap, so that a wrong key costs nobody anything.
  virtual Result<api::ProvisioningKey> usableKey(const KeyHash& hash) = 0;
  /// Registers a device and counts it, or fails as usableKey() and RegistryStore::addPrincipal() do. The key decides
  /// about the group and what the id begins with. A device that is there already is answered as if it were new where
  /// `isSame` says so: it may not have heard the first answer.
  virtual Result<PrincipalRecord> provision(const KeyHash& hash, PrincipalRecord device, const SameDevice& isSame) = 0;

  /// By car, then what they give. Expired ones are left out.
  virtual Result<std::vector<api::ClaimCode>> claimCodes() = 0;
  /// Puts it in the place of the car's code that gives the same; its time is filled in.
  virtual Result<api::ClaimCode> addClaimCode(api::ClaimCode code, const KeyHash& hash) = 0;
  /// Withdraws the codes of a car.
  virtual Result<void> removeClaimCodes(PrincipalNumber car) = 0;
  /// The code, where it can still be used; otherwise StorageErrc::notFound.
  virtual Result<api::ClaimCode> openClaimCode(const KeyHash& hash) = 0;
  /// Uses it up, or fails as openClaimCode() does. To be called in one change with what it gives.
  virtual Result<api::ClaimCode> takeClaimCode(const KeyHash& hash) = 0;
};

}  // namespace carport
