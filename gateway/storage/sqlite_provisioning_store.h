#pragma once

#include "gateway/base/clock.h"
#include "gateway/domain/provisioning_store.h"
#include "gateway/storage/claim_code_table.h"
#include "gateway/storage/provisioning_key_table.h"

#include <vector>

namespace carport {

class SqliteRegistryStore;

/// Provisioning keys and claim codes in registry.db. Owner: SqliteRegistryStore, whose transactions and audit log it
/// shares; its thread.
class SqliteProvisioningStore final : public ProvisioningStore {
 public:
  SqliteProvisioningStore(SqliteRegistryStore& registry, Database& database, const Clock& clock);

  Result<std::vector<api::ProvisioningKey>> provisioningKeys() override;
  Result<api::ProvisioningKey> addProvisioningKey(api::ProvisioningKey key, const KeyHash& hash) override;
  Result<void> removeProvisioningKey(std::int64_t number) override;
  Result<api::ProvisioningKey> usableKey(const KeyHash& hash) override;
  Result<PrincipalRecord> provision(const KeyHash& hash, PrincipalRecord device, const SameDevice& isSame) override;

  Result<std::vector<api::ClaimCode>> claimCodes() override;
  Result<api::ClaimCode> addClaimCode(api::ClaimCode code, const KeyHash& hash) override;
  Result<void> removeClaimCodes(PrincipalNumber car) override;
  Result<api::ClaimCode> openClaimCode(const KeyHash& hash) override;
  Result<api::ClaimCode> takeClaimCode(const KeyHash& hash) override;

 private:
  // These run inside guarded().
  Result<api::ProvisioningKey> usable(const KeyHash& hash);
  Result<std::optional<PrincipalNumber>> groupOf(const api::ProvisioningKey& key);

  SqliteRegistryStore& m_registry;
  const Clock& m_clock;
  ProvisioningKeyTable m_keys;
  ClaimCodeTable m_codes;
};

}  // namespace carport
