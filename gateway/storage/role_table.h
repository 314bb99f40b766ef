#pragma once

#include "gateway/api/organisation.h"
#include "gateway/storage/database.h"

#include <optional>
#include <string_view>
#include <vector>

namespace carport {

/// Table `role`: the roles besides the built-in ones. Owner: a store; its thread. Throws as Database.
class RoleTable {
 public:
  explicit RoleTable(Database& database) : m_database(database) {}

  /// By id.
  std::vector<api::Role> all();
  std::optional<api::Role> find(std::string_view id);
  void insert(const api::Role& role);
  /// Name and note; false where there is no such role.
  bool update(const api::Role& role);
  bool remove(std::string_view id);
  std::int64_t count();

 private:
  Database& m_database;
};

}  // namespace carport
