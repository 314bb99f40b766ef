#pragma once

#include "gateway/base/strong_id.h"
#include "gateway/storage/database.h"

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace carport {

/// Table `membership`: who is in which group. Owner: a store; its thread. Throws as Database.
class MembershipTable {
 public:
  explicit MembershipTable(Database& database) : m_database(database) {}

  /// The groups' ids by member, in the order of their ids.
  std::unordered_map<PrincipalNumber, std::vector<std::string>> all();
  std::vector<std::string> groupsOf(PrincipalNumber member);
  /// False where one of `groups` is not the id of a group of the member's own organisation; then nothing is certain but
  /// that the caller rolls back.
  bool replace(PrincipalNumber member, std::span<const std::string> groups);

 private:
  Database& m_database;
};

}  // namespace carport
