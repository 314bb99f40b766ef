#pragma once

#include "gateway/api/provisioning.h"
#include "gateway/domain/provisioning_store.h"
#include "gateway/storage/database.h"

#include <optional>
#include <vector>

namespace carport {

/// Table `claim_code`: codes that give a car, or its secret, to whoever has them. Owner: a store; its thread. Throws as
/// Database.
class ClaimCodeTable {
 public:
  explicit ClaimCodeTable(Database& database) : m_database(database) {}

  /// Those that can still be used, by car, then what they give.
  std::vector<api::ClaimCode> all(TimePoint now);
  std::optional<api::ClaimCode> find(const KeyHash& hash, TimePoint now);
  /// In the place of the car's code that gives the same. False where the code is another's already.
  bool put(const api::ClaimCode& code, PrincipalNumber car, const KeyHash& hash);
  bool remove(const KeyHash& hash);
  /// How many there were.
  int removeOf(PrincipalNumber car);
  void removeExpired(TimePoint now);
  std::int64_t count();
  std::int64_t countOf(std::string_view organisation);

 private:
  Database& m_database;
};

}  // namespace carport
