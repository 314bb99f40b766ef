#pragma once

#include "gateway/api/principal.h"
#include "gateway/storage/database.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// Table `principal`: who there is, without groups and credentials. Owner: a store; its thread. Throws as Database.
class PrincipalTable {
 public:
  explicit PrincipalTable(Database& database) : m_database(database) {}

  std::vector<api::Principal> all();
  std::optional<api::Principal> find(PrincipalNumber number);
  std::optional<api::Principal> find(std::string_view id);
  /// The number that it was given.
  PrincipalNumber insert(const api::Principal& principal);
  /// Name, role and whether it is blocked; false where there is no such principal.
  bool update(const api::Principal& principal);
  bool remove(PrincipalNumber number);
  /// Whether anybody is in the organisation.
  bool anyIn(std::string_view organisation);
  /// Some id that begins with this text, which is not empty.
  std::optional<std::string> anyBeginningWith(std::string_view prefix);
  bool anyWithRole(std::string_view role);

 private:
  Database& m_database;
};

}  // namespace carport
