#pragma once

#include "gateway/api/attributes.h"
#include "gateway/base/strong_id.h"
#include "gateway/storage/database.h"

#include <unordered_map>

namespace carport {

/// Table `attribute`: what is noted about principals, by name. Owner: a store; its thread. Throws as Database.
class AttributeTable {
 public:
  explicit AttributeTable(Database& database) : m_database(database) {}

  /// Of those who have any.
  std::unordered_map<PrincipalNumber, api::Attributes> all();
  api::Attributes of(PrincipalNumber principal);
  /// Writes nothing where nothing changes.
  void replace(PrincipalNumber principal, const api::Attributes& attributes);

 private:
  Database& m_database;
};

}  // namespace carport
