#pragma once

#include "gateway/api/provisioning.h"
#include "gateway/domain/provisioning_store.h"
#include "gateway/storage/database.h"

#include <optional>
#include <vector>

namespace carport {

/// Table `provisioning_key`: the keys by which devices register themselves. Owner: a store; its thread. Throws as
/// Database.
class ProvisioningKeyTable {
 public:
  explicit ProvisioningKeyTable(Database& database) : m_database(database) {}

  /// By number.
  std::vector<api::ProvisioningKey> all();
  std::optional<api::ProvisioningKey> find(std::int64_t number);
  std::optional<api::ProvisioningKey> find(const KeyHash& hash);
  /// The number that it was given. `group`: none for none.
  std::int64_t insert(const api::ProvisioningKey& key, std::optional<PrincipalNumber> group, const KeyHash& hash);
  void countOne(std::int64_t number);
  bool remove(std::int64_t number);
  std::int64_t count();

 private:
  Database& m_database;
};

}  // namespace carport
