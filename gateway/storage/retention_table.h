#pragma once

#include "gateway/api/retention.h"
#include "gateway/base/strong_id.h"
#include "gateway/storage/database.h"

#include <optional>
#include <string>

namespace carport {

/// Tables `retention_policy` and `retention_budget`. Owner: a store; its thread. Throws as Database.
class RetentionTable {
 public:
  explicit RetentionTable(Database& database) : m_database(database) {}

  api::Retention all();
  /// Puts these in the place of what there is. The id of the first group that does not exist, where there is one; then
  /// nothing is certain but that the caller rolls back.
  std::optional<std::string> replace(const api::Retention& retention);
  /// A policy that is about this group, by name.
  std::optional<std::string> policyAbout(PrincipalNumber group);

 private:
  Database& m_database;
};

}  // namespace carport
