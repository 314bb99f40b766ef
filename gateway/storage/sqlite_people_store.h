#pragma once

#include "gateway/domain/people_store.h"
#include "gateway/storage/database.h"

#include <optional>
#include <span>
#include <vector>

namespace carport {

class SqliteRegistryStore;

/// Second factors and the use of tokens in registry.db. Owner: SqliteRegistryStore, whose transactions and audit log it
/// shares; its thread.
class SqlitePeopleStore final : public PeopleStore {
 public:
  SqlitePeopleStore(SqliteRegistryStore& registry, Database& database) : m_registry(registry), m_database(database) {}

  Result<std::optional<SecondFactor>> secondFactor(PrincipalNumber owner) override;
  Result<void> putSecondFactor(const SecondFactor& factor) override;
  Result<void> removeSecondFactor(PrincipalNumber owner) override;
  Result<std::vector<TokenUse>> tokenUses(PrincipalNumber owner) override;
  Result<void> noteTokenUses(std::span<const TokenUse> uses) override;

 private:
  // These run inside guarded().
  std::optional<SecondFactor> find(PrincipalNumber owner);
  void write(const SecondFactor& factor);
  void flag(PrincipalNumber owner, bool hasOne);

  SqliteRegistryStore& m_registry;
  Database& m_database;
};

}  // namespace carport
