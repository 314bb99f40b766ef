#pragma once

#include "gateway/domain/registry_store.h"
#include "gateway/storage/database.h"

#include <optional>
#include <vector>

namespace carport {

/// Table `token`: API tokens, as hashes. Owner: a store; its thread. Throws as Database.
class TokenTable {
 public:
  explicit TokenTable(Database& database) : m_database(database) {}

  std::vector<TokenRecord> all();
  std::optional<TokenRecord> find(std::int64_t number);
  std::int64_t insert(const TokenRecord& token);
  bool remove(std::int64_t number);

 private:
  Database& m_database;
};

}  // namespace carport
