#pragma once

#include "gateway/domain/registry_store.h"
#include "gateway/storage/database.h"

#include <unordered_map>

namespace carport {

/// Tables `credential` and `retiring_secret`: what proves that somebody is who they say. Owner: a store; its thread.
/// Throws as Database.
class CredentialTable {
 public:
  explicit CredentialTable(Database& database) : m_database(database) {}

  /// Fills the credentials in; the records' principals tell whose.
  void fillAll(std::vector<PrincipalRecord>& records);
  void fill(PrincipalRecord& record);
  /// Adds or replaces.
  void put(PrincipalNumber principal, const PrincipalRecord& record);
  /// Replaces the secret alone, at once: an overlap that lasts ends.
  void putSecret(PrincipalNumber principal, const DeviceSecret& secret);

 private:
  void putRetiring(PrincipalNumber principal, const Rare<RetiringSecret>& retiring);

  Database& m_database;
};

}  // namespace carport
