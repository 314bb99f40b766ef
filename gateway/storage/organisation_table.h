#pragma once

#include "gateway/api/organisation.h"
#include "gateway/storage/database.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// Table `organisation`: the tenants. Owner: a store; its thread. Throws as Database.
class OrganisationTable {
 public:
  explicit OrganisationTable(Database& database) : m_database(database) {}

  /// By id.
  std::vector<api::Organisation> all();
  std::optional<api::Organisation> find(std::string_view id);
  bool has(std::string_view id);
  /// The organisation whose ids begin as this one does: what is before its first dot.
  std::optional<std::string> claiming(std::string_view id);
  void insert(const api::Organisation& organisation);
  /// Name and note; false where there is no such organisation.
  bool update(const api::Organisation& organisation);
  bool remove(std::string_view id);
  std::int64_t count();

 private:
  Database& m_database;
};

}  // namespace carport
